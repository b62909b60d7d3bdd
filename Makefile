# The project's work in one place; `make` alone lists it. The environment is .venv, made on first use
# with pip (uv would not see the CPU build of torch) and the tested versions of constraints.txt.

PYTHON ?= python3
export ORT_DISABLE_TELEMETRY := 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SAMPLES := $(wildcard assets/samples/*.dcm)
DATA ?= runs/phantoms
ONE_LOOK ?= runs/phantoms_one_look
LATERALS ?= runs/laterals
CHESTS ?= runs/chests
CHESTS_ONE_LOOK ?= runs/chests_one_look
PICTURES ?= 8000
OTHERS ?= runs/others
RADIOGRAPHS ?= runs/radiographs
ROUND ?= as committed
VIEWS := lumbar_lateral chest_frontal
GATE_DATA = $(DATA) $(LATERALS) $(CHESTS) $(OTHERS)
DISPLAY_FOUND := $(DISPLAY)$(WAYLAND_DISPLAY)

.PHONY: help run picture test lint format bench study phantom-sheet study-phantom study-ensemble study-ensemble-choices study-column study-upright study-chest study-landmarks study-real-chests study-people study-ceiling study-realism study-texture study-real-screens radiographs view-gate study-view-gate study-radiograph-realism study-landmark-judge study-lumbar constraints package package-check clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

$(VENV)/.base: installer/system_libraries.sh
	@bash installer/system_libraries.sh "$(PYTHON)"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@touch $@

# The runtime alone: neither TensorFlow nor torch.
$(VENV)/.runtime: $(VENV)/.base pyproject.toml constraints.txt
	@echo "Setting up the runtime in $(VENV) (about 500 MB on disk) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.everything: $(VENV)/.base pyproject.toml constraints.txt
	@bash installer/system_libraries.sh "$(PYTHON)" pdftotext:poppler-utils || echo "Going on: some tests will be skipped."
	@echo "Setting up everything in $(VENV) (about 4 GB on disk, some minutes) ..."
	@$(PIP) --editable '.[training,conversion,package,bench,dev]'
	@touch $(VENV)/.runtime $@

run: $(VENV)/.runtime ## open the window on the samples; without a display, draw it into build/demo
ifneq ($(DISPLAY_FOUND),)
	@$(BIN)/trabecula $(SAMPLES)
else
	@echo "No display here: drawing the window and the report offscreen."
	@QT_QPA_PLATFORM=offscreen $(BIN)/trabecula --demo build/demo
endif

picture: $(VENV)/.runtime ## take the README's picture of the window anew
	@rm -rf build/demo
	@QT_QPA_PLATFORM=offscreen $(BIN)/trabecula --demo build/demo
	@cp build/demo/window.png docs/window.png

test: $(VENV)/.everything ## run every test
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $$(nproc) --dist loadfile

lint: $(VENV)/.everything ## check style, types and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.everything ## put the code into its format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.everything ## time all models against other ways to run them; redraw docs/results/speed.md
	@$(BIN)/python -m bench --out docs/results/speed.md

$(DATA)/manifest.csv:
	@$(BIN)/python -m training.phantom --view dxa_spine --count $(PICTURES) --seed 2026 --workers $$(nproc) --out $(DATA)

$(ONE_LOOK)/manifest.csv:
	@$(BIN)/python -m training.phantom --view dxa_spine --looks one --count 7600 --seed 2027 --workers $$(nproc) --out $(ONE_LOOK)

study: $(VENV)/.everything $(DATA)/manifest.csv $(ONE_LOOK)/manifest.csv ## train dxa_bmd on DATA and ONE_LOOK; redraw docs/results/dxa_bmd.md
	@$(BIN)/python -m training.dxa_bmd.study --data $(DATA) --one-look $(ONE_LOOK) --paper-pictures 1600

study-ensemble: $(VENV)/.everything $(DATA)/manifest.csv ## train stacked_ensemble on DATA; redraw docs/results/stacked_ensemble.md
	@$(BIN)/python -m training.stacked_ensemble.study --data $(DATA)

study-ensemble-choices: $(VENV)/.everything $(DATA)/manifest.csv ## try settings and denoising in short; redraw docs/results/stacked_ensemble_choices.md
	@$(BIN)/python -m training.stacked_ensemble.choices_study --data $(DATA) --denoised 2000

study-column: $(VENV)/.everything ## measure the cut of the bone region; redraw docs/results/stacked_ensemble_column.md
	@$(BIN)/python -m training.stacked_ensemble.column_study --out docs/results/stacked_ensemble_column.md

study-upright: $(VENV)/.everything $(DATA)/manifest.csv ## ask which spine DXA pictures seem upside down; redraw docs/results/stacked_ensemble_upright.md
	@$(BIN)/python -m training.stacked_ensemble.upright_study --data $(DATA)

$(LATERALS)/manifest.csv:
	@$(BIN)/python -m training.phantom --view lumbar_lateral --count 6000 --seed 2040 --size 384 --workers $$(nproc) --out $(LATERALS)

study-lumbar: $(VENV)/.everything $(LATERALS)/manifest.csv ## train lumbar_xray on LATERALS; redraw docs/results/lumbar_xray.md
	@$(BIN)/python -m training.lumbar_xray.study --data $(LATERALS)

$(CHESTS)/manifest.csv:
	@$(BIN)/python -m training.phantom --view chest_frontal --count 20000 --seed 2050 --workers $$(nproc) --out $(CHESTS)

$(CHESTS_ONE_LOOK)/manifest.csv:
	@$(BIN)/python -m training.phantom --view chest_frontal --looks one --count 16820 --seed 2051 --workers $$(nproc) --out $(CHESTS_ONE_LOOK)

study-chest: $(VENV)/.everything $(CHESTS)/manifest.csv $(CHESTS_ONE_LOOK)/manifest.csv ## train chest_multi_roi on CHESTS and CHESTS_ONE_LOOK; redraw docs/results/chest_multi_roi.md
	@$(BIN)/python -m training.chest_multi_roi.study --every $(CHESTS) --one $(CHESTS_ONE_LOOK)

study-landmarks: $(VENV)/.everything $(CHESTS)/manifest.csv ## compare both landmark methods on CHESTS; redraw docs/results/chest_multi_roi_landmarks.md
	@$(BIN)/python -m training.chest_multi_roi.landmark_study --data $(CHESTS)

study-people: $(VENV)/.everything ## compare drawn people with NHANES; redraw docs/results/person.md
	@$(BIN)/python -m training.phantom.studies.people --out docs/results/person.md

phantom-sheet: $(VENV)/.everything ## draw sheets of phantoms of every view into docs/results
	@$(BIN)/python -m training.phantom.studies.sheet --out docs/results

study-phantom: $(VENV)/.everything ## check the phantoms' physics, speed and memory; redraw docs/results/phantom.md
	@$(BIN)/python -m training.phantom.studies.radiographs --out docs/results/phantom.md

study-ceiling: $(VENV)/.everything ## how well L1-L4 can be told from the bones of a chest; redraw docs/results/ceiling.md
	@$(BIN)/python -m training.phantom.studies.ceiling --out docs/results/ceiling.md

study-realism: $(VENV)/.everything ## compare phantom screens with real ones; redraw docs/results/screen_realism.md
	@$(BIN)/python -m training.phantom.studies.screen_realism --out docs/results/screen_realism.md

study-texture: $(VENV)/.everything ## swap the texture of phantoms; redraw docs/results/texture_swap.md
	@$(BIN)/python -m conversion.texture_swap --out docs/results/texture_swap.md

study-real-chests: $(VENV)/.everything $(CHESTS)/manifest.csv ## screen real chests and bad pictures with the shipped model; redraw both pages
	@$(BIN)/python -m conversion.real_chests --out docs/results/chest_multi_roi_real.md
	@$(BIN)/python -m conversion.chest_anatomy --data $(CHESTS) --out docs/results/chest_multi_roi_anatomy.md

study-real-screens: $(VENV)/.everything ## screen real DXA pictures; redraw docs/results/real_screens.md
	@$(BIN)/python -m conversion.real_screens --out docs/results/real_screens.md

$(RADIOGRAPHS)/%/manifest.csv:
	@$(BIN)/python -m training.phantom --view $* --count 2000 --seed 7 --size 384 --workers $$(nproc) --out $(@D)

radiographs: $(VENV)/.everything $(VIEWS:%=$(RADIOGRAPHS)/%/manifest.csv) ## draw 2,000 chests and laterals into RADIOGRAPHS

$(OTHERS)/manifest.csv:
	@$(BIN)/python -m training.phantom --view other --count 2500 --seed 7 --size 256 --workers $$(nproc) --out $(OTHERS)

view-gate: $(VENV)/.everything $(GATE_DATA:%=%/manifest.csv) ## train the gate on DATA, LATERALS, CHESTS and OTHERS and make its bundle
	@$(BIN)/python -m training.view_gate --data $(GATE_DATA) --preset edge --out runs/view_gate
	@$(BIN)/python -m conversion runs/view_gate --out assets/models/view_gate --release

study-view-gate: $(VENV)/.everything ## name the views of real pictures; redraw docs/results/view_gate.md
	@$(BIN)/python -m conversion.real_views --out docs/results/view_gate.md

study-radiograph-realism: radiographs ## judge chest and lateral phantoms by real ones; add ROUND to docs/results/radiograph_realism.md
	@for view in chest_frontal lumbar_lateral; do $(BIN)/python -m training.realism --view $$view --data $(RADIOGRAPHS)/$$view \
		--round "$(ROUND)" --out docs/results/radiograph_realism.md || exit; done

study-landmark-judge: radiographs ## put points on real chests after phantoms alone; add ROUND to docs/results/landmark_judge.md
	@$(BIN)/python -m training.realism.landmark_judge --data $(RADIOGRAPHS)/chest_frontal --round "$(ROUND)" \
		--out docs/results/landmark_judge.md

constraints: $(VENV)/.everything ## write down the versions installed now as the tested ones
	@{ echo "# The versions that were tested together, by \`make constraints\`."; \
	   $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//'; } > constraints.txt
	@touch $(VENV)/.runtime $(VENV)/.everything

package: $(VENV)/.everything ## build dist/trabecula, which runs without Python
	@bash installer/build.sh $(BIN)

package-check: package ## run dist/trabecula in a bare Debian root (needs root)
	@bash installer/check_in_bare_root.sh

clean: ## remove all that was made, the environment too
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
