/** A table for the terminal: columns as wide as their widest cell, cells that are too long broken at spaces. */
const widest = 34;

export function tableOf(header, rows) {
  const cells = [header, ...rows].map((row) => row.map((cell) => wrap(cell, widest)));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => Math.max(...row[column].map((line) => line.length)))));
  const [head, ...body] = cells.map((row) => rowText(row, widths));
  return [head, `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`, ...body].join('\n');
}

function rowText(row, widths) {
  const height = Math.max(...row.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, line) => {
    return `  ${row.map((cell, column) => (cell[line] ?? '').padEnd(widths[column])).join('  ')}`.trimEnd();
  });
  return lines.join('\n');
}

/** Breaks between words; a comma inside brackets belongs to a shape, which stays whole. */
function wrap(text, width) {
  const lines = [''];
  for (const word of text.split(/ (?![^([]*[)\]])/)) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
