/** URLs in commands and instructions: how they are shown, and which of them never leave the machine. */

/** Scheme, host and path without user, password and query: what a message may say of it. */
export function shownUrl(text: string): string {
  const short = text
    .slice(0, 2048)
    .replace(/\/\/[^/@]{0,512}@/, '//')
    .replace(/[?#].*$/s, '');
  return short.length > 100 ? `${short.slice(0, 99)}…` : short;
}

/** A URL, or a host with a path as curl takes it. */
export function looksLikeUrl(text: string): boolean {
  return (
    /^(?:https?|ftp):\/\//i.test(text) || /^[\w-]+(?:\.[\w-]+)+\/./.test(text) || /^\$\{?\w*(?:URL|URI)/i.test(text)
  );
}

/** Nobody can stand between: the address is this machine's. */
export function isLocal(url: string): boolean {
  return /^(?:[a-z]+:\/\/)?(?:[^/@]{0,256}@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal)(?:[:/]|$)/i.test(
    url.slice(0, 1024),
  );
}
