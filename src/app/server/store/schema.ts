/** Tables, as steps that are taken once and never changed. */
import type { Database, Query } from './database.ts';

/**
 * `scans` is one grading of one digest by one judge (rules and policy); `pushes` are what led to it; the bodies of
 * `reports`, `layers` and `stored_images` are gzip.
 */
const steps: readonly string[] = [
  `
  create table tare.scans (
    id bigint generated always as identity primary key,
    digest text not null,
    judge text not null,
    registry text not null,
    repository text not null,
    tag text,
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
    reason text,
    attempts int not null default 0,
    fresh boolean not null default false,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    seconds real,
    passed boolean,
    score real,
    grade text,
    counts jsonb,
    verdict jsonb,
    unique (digest, judge));
  create index on tare.scans (state, queued_at);
  create table tare.reports (
    scan bigint not null references tare.scans on delete cascade,
    position int not null,
    platform text not null,
    digest text,
    name text not null,
    score real not null,
    grade text not null,
    passed boolean not null,
    body bytea not null,
    primary key (scan, position));
  create table tare.pushes (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    source text not null,
    event_id text,
    registry text not null,
    repository text not null,
    tag text,
    digest text,
    scan bigint references tare.scans on delete set null,
    reason text,
    told boolean not null default false,
    unique (source, event_id));
  create index on tare.pushes (registry, repository, at);
  create index on tare.pushes (scan) where not told;
  create table tare.tags (
    registry text not null,
    repository text not null,
    tag text not null,
    digest text not null,
    updated_at timestamptz not null default now(),
    primary key (registry, repository, tag));
  create index on tare.tags (digest);
  create table tare.stored_images (
    digest text not null,
    position int not null,
    stored_at timestamptz not null default now(),
    body bytea not null,
    primary key (digest, position));
  create table tare.layers (
    key text primary key,
    bytes bigint not null,
    used_at timestamptz not null default now(),
    body bytea not null);
  create table tare.decisions (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    action text not null,
    registry text not null,
    repository text not null,
    tag text,
    digest text not null,
    outcome text not null,
    reason text not null,
    score real,
    grade text);
  create index on tare.decisions (at);
  create table tare.tokens (
    id bigint generated always as identity primary key,
    name text not null unique,
    hash text not null unique,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    used_at timestamptz);
  create table tare.workers (
    id text primary key,
    host text not null,
    pid int not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now());
  create table tare.held (
    job uuid primary key,
    queue text not null,
    worker text not null);
  create index on tare.held (worker);
  `,
  `
  create table tare.sessions (
    hash text primary key,
    token bigint references tare.tokens on delete cascade,
    expires_at timestamptz not null);
  create index on tare.pushes (scan);
  `,
];

/** Any number, the same in every process: one at a time takes the steps. */
const advisory = 7_382_731;

/** Brings the tables to this version of tare. @throws Error where a later one has been here. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (query) => {
    await query('select pg_advisory_xact_lock($1)', [advisory]);
    await query('create schema if not exists tare');
    await query('create table if not exists tare.version (steps int not null)');
    const [found] = await query<{ steps: number }>('select steps from tare.version');
    const taken = found?.steps ?? 0;
    if (taken > steps.length)
      throw new Error('the database was written by a later version of tare; use that version, or another database');
    for (const step of steps.slice(taken)) await runAll(query, step);
    if (found) await query('update tare.version set steps = $1', [steps.length]);
    else await query('insert into tare.version values ($1)', [steps.length]);
  });
}

async function runAll(query: Query, step: string): Promise<void> {
  for (const statement of step.split(';')) if (statement.trim() !== '') await query(statement);
}
