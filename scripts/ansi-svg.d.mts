export function svgOf(text: string, columns: number, title: string): string;
