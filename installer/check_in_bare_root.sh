#!/usr/bin/env bash
# Runs dist/trabecula in a bare Debian root without Python: its self-test, then a screening of the samples.
# Where such a root cannot be made (no root, no debootstrap, no archive), says so and ends well.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${SUITE:-bookworm}
needed=libgl1,libegl1,fontconfig-config # never in the bundle: drivers and the system's fonts

skip() {
    echo "Skipped the check in a bare root: $1"
    exit 0
}
[ "$(id -u)" = 0 ] || skip "it needs root."
bash installer/system_libraries.sh .venv/bin/python debootstrap:debootstrap || skip "debootstrap is missing."

bare=$(mktemp --directory --tmpdir trabecula-bare.XXXXXX)
trap 'rm -rf --one-file-system "$bare"' EXIT
echo "Making a bare Debian $suite root ..."
debootstrap --variant=minbase --include="$needed" "$suite" "$bare" >"$bare.log" 2>&1 ||
    skip "debootstrap failed; its log is $bare.log"
rm "$bare.log"
! [ -e "$bare/usr/bin/python3" ] || { echo "The bare root has a Python: it proves nothing."; exit 1; }

mkdir -p "$bare/opt" "$bare/samples"
cp -a dist/trabecula "$bare/opt/"
cp assets/samples/*.dcm "$bare/samples/"
inside() { # its own /proc, which is gone with the command
    unshare --mount bash -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$bare" \
        env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 QT_QPA_PLATFORM=offscreen "$@"
}
inside /opt/trabecula/trabecula self-test
inside /opt/trabecula/trabecula screen /samples --json --report /tmp/reports >"$bare/tmp/results.json"
inside /opt/trabecula/trabecula --demo /tmp/demo
for made in "$bare"/tmp/results.json "$bare"/tmp/reports/*.pdf "$bare"/tmp/demo/*.png; do
    [ -s "$made" ] || { echo "${made#"$bare"} was not written."; exit 1; }
done
echo "dist/trabecula screens and reports in a bare Debian $suite without Python."
