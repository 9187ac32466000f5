import type { Evidence } from '../../../model/evidence.ts';
import { evidenceParts } from '../../table/why.ts';
import type { Part, Step, Story } from '../step.ts';

const most = 12;

/** What gives address and port, and what it wins over. */
export function evidenceStep({ launch: { result } }: Story, { listener }: Part): Step {
  const { evidence, transport } = listener;
  const lost = result.overridden?.(evidence) ?? [];
  const details = evidence.slice(0, most).map(show);
  if (evidence.length > most) details.push(`… and ${evidence.length - most} more`);
  details.push(...lost.slice(0, most).map((each) => `wins over ${show(each)}`));
  return { text: transport === 'unix' ? 'The path comes from:' : 'Address and port come from:', details };
}

function show(evidence: Evidence): string {
  const { place, text } = evidenceParts(evidence);
  return text === '' ? place : `${place}  ${text}`;
}
