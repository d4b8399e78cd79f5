export function lockFaults(file?: URL): string[];
