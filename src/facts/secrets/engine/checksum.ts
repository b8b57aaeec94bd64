/** The checksum at the end of GitHub's and npm's tokens: CRC-32 of the thirty characters before it, in base 62. */
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Six characters (GitHub, "Behind GitHub's new authentication token formats"). */
export function base62Crc(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = alphabet[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
