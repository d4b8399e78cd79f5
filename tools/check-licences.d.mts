export function licenceFaults(file?: URL): string[];
