import type { Evidence, Finding } from '../../../model/evidence.ts';
import type { Part, Step, Story } from '../step.ts';

const most = 6;

/** The listener, how sure it is, and why it is not surer. */
export function resultStep({ launch: { result, launch } }: Story, { listener, where }: Part): Step {
  const { process, purpose, certainty, evidence } = listener;
  const verb = certainty === 'certain' ? 'listens' : 'may listen';
  const text = `So ${process} ${verb} on ${where} (${purpose}).`;
  if (certainty === 'certain') return { text, details: [] };
  const reasons = doubtsAbout(evidence, result.findings).map(({ message }) => message);
  if (launch.certainty === 'possible') reasons.unshift('it is not certain that this program is started so');
  return { text, details: reasons.slice(0, most).map((reason) => `not certain: ${reason}`) };
}

/** What is in doubt about these lines or about the program as a whole; all doubts where that is nothing. */
function doubtsAbout(evidence: readonly Evidence[], findings: readonly Finding[]): Finding[] {
  const doubts = findings.filter(({ severity }) => severity === 'medium' || severity === 'high');
  const places = new Set(evidence.map(placeOf));
  const near = doubts.filter(
    (finding) => finding.id === 'file-missing' || finding.evidence.some((each) => places.has(placeOf(each))),
  );
  return near.length > 0 ? near : doubts;
}

function placeOf({ path, line, text }: Evidence): string {
  return line === undefined ? text : `${path}:${line}`;
}
