import { z } from 'zod';

/** One registry, as options and requests name it: `registry.example.com:5000`. */
export const registryHost = z
  .string()
  .regex(/^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/, {
    error: 'a registry is a host in lower case, with a port where it has one: registry.example.com:5000',
  })
  .describe('Host of a registry, with its port.');
