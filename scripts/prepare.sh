#!/usr/bin/env bash
# Brings a fresh checkout to the point where it can run (`prepare.sh run`) or be tested (`prepare.sh dev`).
# Each step happens only when what it depends on has changed, so a second call takes a moment and no network.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly PURPOSE="${1:-run}"
readonly UV_VERSION="0.13.9"
readonly PYTHON_LEAST="3.11"
readonly NODE_LEAST="20.19"
readonly STATIC="src/liyu/static"

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  zh*) CHINESE=1 ;;
  *) CHINESE= ;;
esac

say() { if [[ $CHINESE ]]; then printf '  %s\n' "$1"; else printf '  %s\n' "$2"; fi; }
stop() { { if [[ $CHINESE ]]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi; } >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
digest() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }
# fresh STAMP DIGEST: whether the stamp file says that this very input was dealt with
fresh() { [[ -f $1 && $(<"$1") == "$2" ]]; }
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1) == "$2" ]]; }

# install PACKAGE…: Debian packages, by root or a sudo that asks nothing
install() {
  local as=()
  if [[ $EUID -ne 0 ]]; then
    if have sudo && sudo -n true 2>/dev/null; then as=(sudo -n); else
      stop "缺少系统软件包。请以 root 运行：apt-get install $*" "System packages are missing. As root, run: apt-get install $*"
    fi
  fi
  have apt-get || stop "请安装：$*" "Please install: $*"
  say "正在安装系统软件包：$*" "Installing system packages: $*"
  local quiet=(-y -qq --no-install-recommends -o=Dpkg::Use-Pty=0)
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null || true
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install "${quiet[@]}" "$@" >/dev/null ||
    stop "系统软件包安装失败：$*" "The system packages could not be installed: $*"
}

# ── system ───────────────────────────────────────────────────────────────────
system_packages() {
  local missing=() need
  for need in chromium:chromium redis-server:redis-server turnserver:coturn strace:strace faketime:faketime \
    ip:iproute2 gcc:build-essential; do
    have "${need%%:*}" || missing+=("${need##*:}")
  done
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || missing+=(fonts-noto-cjk)
  [[ ${#missing[@]} -eq 0 ]] || install "${missing[@]}"
}

# ── Python ───────────────────────────────────────────────────────────────────
python_environment() {
  if [[ ! -x .venv/bin/python ]]; then
    have python3 || install python3 python3-venv
    local version
    version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    at_least "$version" "$PYTHON_LEAST" ||
      stop "需要 Python $PYTHON_LEAST 或更新（这里是 $version）。" "Python $PYTHON_LEAST or newer is needed (here: $version)."
    python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
    say "正在建立 Python 环境……" "Making the Python environment …"
    python3 -m venv .venv
  fi
  if [[ ! -x .venv/bin/uv ]]; then
    .venv/bin/python -m pip install -q --disable-pip-version-check "uv==$UV_VERSION" ||
      stop "下载 uv 失败，请检查网络。" "uv could not be downloaded. Please check the network."
  fi
}

python_packages() {
  local lock=base wanted
  if [[ $PURPOSE == dev || -f .venv/.liyu-dev ]]; then lock=dev; fi
  wanted=$(digest "requirements/$lock.txt" pyproject.toml)
  fresh ".venv/.liyu-$lock" "$wanted" && return
  say "正在安装 Python 依赖（第一次需要几分钟）……" "Installing the Python packages (the first time takes a few minutes) …"
  rm -f .venv/.liyu-base .venv/.liyu-dev
  .venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes "requirements/$lock.txt" &&
    .venv/bin/uv pip install -q --python .venv/bin/python --no-deps -e . ||
    stop "Python 依赖安装失败，请检查网络。" "The Python packages could not be installed. Please check the network."
  printf '%s' "$wanted" >".venv/.liyu-$lock"
}

# ── web ──────────────────────────────────────────────────────────────────────
need_node() {
  have node && have npm || stop "需要 Node.js $NODE_LEAST 或更新来构建网页。" "Node.js $NODE_LEAST or newer is needed to build the pages."
  local version
  version=$(node --version)
  at_least "${version#v}" "$NODE_LEAST" ||
    stop "需要 Node.js $NODE_LEAST 或更新（这里是 $version）。" "Node.js $NODE_LEAST or newer is needed (here: $version)."
}

web_packages() {
  local wanted
  wanted=$(digest web/package-lock.json)
  fresh web/node_modules/.liyu "$wanted" && return
  need_node
  say "正在安装网页依赖……" "Installing the packages of the pages …"
  npm --prefix web ci --no-audit --no-fund --loglevel=error ||
    stop "网页依赖安装失败，请检查网络。" "The packages of the pages could not be installed. Please check the network."
  printf '%s' "$wanted" >web/node_modules/.liyu
}

web_sources() {
  find web -name node_modules -prune -o -name dist -prune -o -type f -not -name '*.tsbuildinfo' -print0 |
    sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

web_applications() {
  local wanted application
  wanted=$(web_sources)
  fresh "$STATIC/.liyu" "$wanted" && return
  web_packages
  rm -f "$STATIC/.liyu"
  for application in web/apps/*/; do
    application=$(basename "$application")
    say "正在构建网页：$application ……" "Building the pages: $application …"
    npm --prefix web run build --silent -w "@liyu/$application" >"web/node_modules/.build.log" 2>&1 || {
      cat web/node_modules/.build.log >&2
      stop "网页构建失败。" "The pages could not be built."
    }
  done
  mkdir -p "$STATIC"
  printf '%s' "$wanted" >"$STATIC/.liyu"
}

case "$PURPOSE" in
  run) python_environment; python_packages; web_applications ;;
  dev) system_packages; python_environment; python_packages; web_packages; web_applications ;;
  web) web_packages; web_applications ;;
  *) stop "用法：prepare.sh run|dev|web" "usage: prepare.sh run|dev|web" ;;
esac
