/** What parts of the server say to whoever runs it: fields first, then one sentence. pino's shape. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
