export function layOut(folder: string): void;
