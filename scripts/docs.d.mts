export function generateDocs(): Promise<Record<string, string>>;
export function staleDocs(): Promise<string[]>;
