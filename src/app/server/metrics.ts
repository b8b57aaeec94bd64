/** What /metrics says, for Prometheus. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Queue } from './queue/queue.ts';

export interface Metrics {
  graded(seconds: number, grade: string, pulled: boolean): void;
  layer(hit: boolean): void;
  decided(outcome: string): void;
  accepted(source: string, events: number): void;
  /** Text format 0.0.4. */
  text(): Promise<string>;
}

export function createMetrics(queue: Queue): Metrics {
  const registers = [new Registry()];
  const seconds = new Histogram({
    name: 'tare_scan_seconds',
    help: 'Time that one grading took, by whether the image was pulled or graded from what is stored.',
    labelNames: ['source'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const grades = new Counter({
    name: 'tare_grades_total',
    help: 'Gradings, by grade.',
    labelNames: ['grade'],
    registers,
  });
  const layers = new Counter({
    name: 'tare_layer_cache_total',
    help: 'Layers that were looked for among those analysed before.',
    labelNames: ['result'],
    registers,
  });
  const decisions = new Counter({
    name: 'tare_gate_decisions_total',
    help: 'What the gate did.',
    labelNames: ['outcome'],
    registers,
  });
  const events = new Counter({
    name: 'tare_events_total',
    help: 'Pushes stored, by way.',
    labelNames: ['source'],
    registers,
  });
  new Gauge({
    name: 'tare_queue_jobs',
    help: 'Jobs of each queue, by state.',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      for (const [name, { waiting, running }] of Object.entries(await queue.depth())) {
        this.set({ queue: name, state: 'waiting' }, waiting);
        this.set({ queue: name, state: 'running' }, running);
      }
    },
  });
  return {
    graded(time, grade, pulled) {
      seconds.observe({ source: pulled ? 'registry' : 'stored' }, time);
      grades.inc({ grade });
    },
    layer: (hit) => layers.inc({ result: hit ? 'hit' : 'miss' }),
    decided: (outcome) => decisions.inc({ outcome }),
    accepted: (source, count) => events.inc({ source }, count),
    text: () => registers[0]!.metrics(),
  };
}
