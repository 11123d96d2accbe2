#!/bin/sh
# Makes sure that a Chromium can be found. Without one the pages that need a browser are reported as not fetched;
# everything else works. Order: $CHROMIUM, the PATH, a download by playwright, Debian's package when root.
set -u
found() { for c in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$c" ] && command -v "$c" >/dev/null 2>&1 && return 0; done
  ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome >/dev/null 2>&1; }
found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium from Debian's packages ..." >&2
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk) >/dev/null 2>&1
  found && exit 0
fi
timeout 300 playwright install chromium >/dev/null 2>&1
found && exit 0
echo "nianbao: no Chromium found and none could be installed; pages that need a browser are left out (set CHROMIUM=/path/to/chromium)" >&2
[ "${CI:-}" = true ] && exit 1
exit 0
