/**
 * The one place that loads dockerode, so that it is imported when a daemon is there and not before: it costs 200 ms.
 * Kept external to the bundle.
 */
import type { Agent } from 'node:http';
import Docker from 'dockerode';

/** What dockerode gives. */
export type DockerClient = Docker;
/** The daemon’s own description of an image (Docker Engine API, "Inspect an image"). */
export type InspectedImage = Docker.ImageInspectInfo;

/** Where a daemon listens, as dockerode wants it. */
export type ClientAddress = { socketPath: string } | TcpAddress;

/** Over TCP, with TLS where `protocol` says https. */
export interface TcpAddress {
  host: string;
  port: number;
  protocol: 'http' | 'https';
  agent: Agent;
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** A client for this address alone: what is left unset, dockerode would take from DOCKER_HOST and its kin. */
export function dockerClient(address: ClientAddress): DockerClient {
  const unset = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    protocol: 'http',
    pathPrefix: '/',
    username: undefined,
    agent: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  return new Docker({ ...unset, ...address } as Docker.DockerOptions);
}
