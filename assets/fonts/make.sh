#!/usr/bin/env bash
# Makes the two fonts that printed pages use out of Noto Sans SC: the 6,763 characters of GB 2312, Latin, punctuation,
# and whatever else the rule books write. Needs npm and Python with fonttools.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-python3}

npm pack --silent --pack-destination "$work" @expo-google-fonts/noto-sans-sc@0.4.3 > /dev/null
tar xzf "$work"/*.tgz -C "$work"

"$python" - ../../programs > "$work/characters.txt" <<'PYTHON'
import pathlib, sys

characters = {chr(code) for code in range(0x20, 0x17F) if chr(code).isprintable()}
characters |= set("–—‘’“”•…‰′″€™←↑→↓−×÷≈≠≤≥●■□○、。〈〉《》「」『』【】〔〕！（），：；？％￥～")
for high in range(0xA1, 0xF8):
    for low in range(0xA1, 0xFF):
        try:
            characters.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
for path in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
    characters |= set(path.read_text())
print("".join(sorted(c for c in characters if c.isprintable())))
PYTHON

for weight in 400Regular 700Bold; do
  name=${weight#[0-9][0-9][0-9]}
  "$python" -m fontTools.subset "$work/package/$weight/NotoSansSC_$weight.ttf" \
    --text-file="$work/characters.txt" --output-file="NotoSansSC-$name.ttf" \
    --layout-features='' --no-hinting --drop-tables+=vhea,vmtx,GSUB,GPOS,GDEF,DSIG,STAT --name-IDs=0,1,2,4,6,13,14 --notdef-outline
done
