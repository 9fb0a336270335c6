import { Table } from '@mantine/core';
import { labelled, niceTop } from './scale';

export interface Series {
  readonly name: string;
  /** A colour of the theme, with enough contrast on both grounds. */
  readonly colour: string;
  readonly values: readonly number[];
}

interface Props {
  /** Says what the chart shows; its name for who does not see it. */
  title: string;
  /** What stands along the axis, in order. */
  labels: readonly string[];
  /** Drawn on top of each other. */
  series: readonly Series[];
  /** The heading of the labels' column in the table. */
  of: string;
}

const width = 720, height = 200, left = 56, bottom = 24, top = 8;
const count = (n: number) => n.toLocaleString('en-GB');

/** Stacked bars, with the same numbers as a table for who cannot see them or wants to read them. */
export function BarChart({ title, labels, series, of }: Props) {
  const sums = labels.map((_, i) => series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0));
  const most = niceTop(Math.max(0, ...sums));
  const step = (width - left) / Math.max(1, labels.length);
  const y = (value: number) => top + (height - top - bottom) * (1 - value / most);
  const shown = labelled(labels.length, 8);
  return (
    <figure className="chart">
      <figcaption>
        {title}
        <span className="chart-key">{series.map((s) => <span key={s.name}><i style={{ background: s.colour }} aria-hidden /> {s.name}</span>)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}: ${count(sums.reduce((a, b) => a + b, 0))} in all. The numbers stand in the table below.`}>
        {[0, most / 2, most].map((value) => (
          <g key={value}>
            <line x1={left} x2={width} y1={y(value)} y2={y(value)} className="chart-line" />
            <text x={left - 6} y={y(value) + 4} textAnchor="end">{count(value)}</text>
          </g>
        ))}
        {labels.map((label, i) => {
          let under = 0;
          return (
            <g key={label}>
              <title>{`${label}: ${series.map((s) => `${count(s.values[i] ?? 0)} ${s.name.toLowerCase()}`).join(', ')}`}</title>
              {series.map((s) => {
                const value = s.values[i] ?? 0;
                const bar = <rect key={s.name} x={left + i * step + step * 0.1} width={Math.max(0.5, step * 0.8)} y={y(under + value)} height={Math.max(0, y(under) - y(under + value))} fill={s.colour} />;
                under += value;
                return bar;
              })}
              {shown.has(i) && <text x={left + i * step + step / 2} y={height - 6} textAnchor="middle">{label}</text>}
            </g>
          );
        })}
      </svg>
      <details>
        <summary>The same as a table</summary>
        <div className="scroll" tabIndex={0} role="region" aria-label={title} style={{ maxHeight: 260, overflow: 'auto' }}>
          <Table aria-label={title}>
            <Table.Thead><Table.Tr><Table.Th>{of}</Table.Th>{series.map((s) => <Table.Th key={s.name} ta="right">{s.name}</Table.Th>)}</Table.Tr></Table.Thead>
            <Table.Tbody>
              {labels.map((label, i) => (
                <Table.Tr key={label}><Table.Th scope="row">{label}</Table.Th>{series.map((s) => <Table.Td key={s.name} ta="right">{count(s.values[i] ?? 0)}</Table.Td>)}</Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </details>
    </figure>
  );
}
