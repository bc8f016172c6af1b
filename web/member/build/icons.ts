import { deflateSync } from "node:zlib";
import { palettes } from "../../look/src/tokens.ts";

/**
 * The icon of the app: a coin on jade, drawn here so that no picture has to be kept. `margin` is the part of each side
 * that a device may cut away (maskable icons need a fifth).
 */
export function icon(size: number, margin: number): Buffer {
  const jade = rgb(palettes.light.primary);
  const gold = rgb(palettes.dark.points);
  const center = size / 2;
  const radius = center * (1 - 2 * margin) * 0.86;
  const colorAt = (x: number, y: number): Color => {
    const away = Math.hypot(x - center, y - center) / radius;
    if (away > 1) return jade;
    if (away > 0.86) return gold;
    if (away > 0.76) return jade;
    // The square hole of an old coin.
    const hole = Math.max(Math.abs(x - center), Math.abs(y - center)) / radius;
    if (hole < 0.22) return jade;
    return gold;
  };
  const rows = Buffer.alloc(size * (1 + 3 * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // Four looks a pixel make the edges smooth.
      const looks = [0.25, 0.75].flatMap((dy) => [0.25, 0.75].map((dx) => colorAt(x + dx, y + dy)));
      const at = y * (1 + 3 * size) + 1 + 3 * x;
      for (const channel of [0, 1, 2] as const) {
        rows[at + channel] = Math.round(looks.reduce((sum, look) => sum + look[channel], 0) / looks.length);
      }
    }
  }
  return png(size, rows);
}

type Color = [number, number, number];

function rgb(hex: string): Color {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Color;
}

function png(size: number, rows: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  // Eight bits a channel, red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const framed = Buffer.alloc(8);
  framed.writeUInt32BE(data.length, 0);
  framed.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([framed.subarray(0, 4), body, framed.subarray(4)]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
