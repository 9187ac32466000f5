import type { EvaluatedLaunch } from '../../engine/evaluate-start.ts';
import type { Listener } from '../../model/profile.ts';
import type { ScanResult } from '../../scan/scan.ts';
import { groupRanges } from '../table/groups.ts';
import { endpointText } from '../table/listeners.ts';
import { paragraph } from '../text/labelled.ts';
import type { Page } from '../text/styled.ts';
import { noListener } from './no-listener.ts';
import { numbered, type Step, type Story } from './step.ts';
import { configStep } from './steps/config.ts';
import { evidenceStep } from './steps/evidence.ts';
import { programSteps } from './steps/program.ts';
import { resultStep } from './steps/result.ts';
import { startSteps } from './steps/start.ts';
import { isTarget, type Target } from './target.ts';

/** Processes, and parts of one story, that are told; more of them are only counted. */
const most = 8;

/** Tells how each listener on a port came to be, from ENTRYPOINT to the line; or what is near when there is none. */
export function explain(result: ScanResult, target: Target, page: Page): string {
  const stories = result.evaluation.launches
    .map((launch) => storyOf(launch, target))
    .filter(({ parts }) => parts.length > 0);
  if (stories.length === 0) return noListener(result, target, page);
  const told = stories.slice(0, most).map((story) => tell(result, story, page));
  if (stories.length > most) told.push(`… and ${stories.length - most} more processes\n`);
  return told.join('\n');
}

function storyOf(launch: EvaluatedLaunch, target: Target): Story {
  const alike = new Map<string, Listener[]>();
  for (const listener of launch.result.listeners.filter((each) => isTarget(target, each))) {
    const { evidence, purpose, certainty } = listener;
    const key = JSON.stringify([evidence, purpose, certainty]);
    alike.set(key, [...(alike.get(key) ?? []), listener]);
  }
  const parts = [...alike.values()].map((listeners) => ({
    listener: listeners[0] as Listener,
    where: groupRanges(listeners).map(endpointText).join(' and '),
  }));
  return { launch, parts };
}

function tell(result: ScanResult, story: Story, page: Page): string {
  const parts = story.parts.slice(0, most);
  const [first] = parts;
  const where = parts.map((part) => part.where).join(' and ');
  const title = `Why ${first?.listener.app} listens on ${where} in ${result.profile.source.reference}`;
  const steps: Step[] = [
    ...startSteps(result, story),
    ...programSteps(story),
    configStep(story),
    ...parts.flatMap((part) => [evidenceStep(story, part), resultStep(story, part)]),
  ];
  const left = story.parts.length - parts.length;
  const more = left > 0 ? [`… and ${left} more sockets`] : [];
  return `${[...paragraph(title, 0, page, [], 'title'), ...numbered(steps, page), ...more].join('\n')}\n`;
}
