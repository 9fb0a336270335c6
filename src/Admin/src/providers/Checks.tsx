import { Text, VisuallyHidden } from '@mantine/core';
import type { ProviderChecks } from '../api/types';
import { providerName } from './providers';

const marks: Record<string, [mark: string, look: string, said: string]> = {
  passed: ['✓', 'ok', 'passed'], failed: ['✗', 'bad', 'failed'], unknown: ['?', '', 'not known'],
};

const verdicts: Record<string, string> = {
  passed: 'Nothing is in the way.', failed: 'Something is in the way: what to do stands beside it.', unknown: 'Nothing known is in the way; what could not be asked stands below.',
};

/** What providers said when they were asked beforehand. */
export const Checks = ({ answer }: { answer: ProviderChecks }) => (
  <div role="status">
    <Text size="sm" fw={600} mb={6}>{verdicts[answer.state] ?? answer.state}</Text>
    <ul className="steps">
      {answer.checks.map((check, i) => {
        const [mark, look, said] = marks[check.state] ?? ['?', '', check.state];
        return (
          <li key={i}>
            <span className={`mark ${look}`} aria-hidden>{mark}</span>
            <span>{providerName(check.provider)}: {check.name.replaceAll('-', ' ')} <VisuallyHidden>{said}</VisuallyHidden></span>
            <span className={`said ${look === 'bad' ? 'bad' : ''}`}>{check.message}</span>
          </li>
        );
      })}
    </ul>
  </div>
);
