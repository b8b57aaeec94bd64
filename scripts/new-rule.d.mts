export function newRule(id: string | undefined, category: string | undefined, severity?: string): Promise<string[]>;
