export const folder: string;
export function tablePicture(): string;
export function reportFaults(): string[];
