// The floor for the terminal: the least that Ink can paint, bundled the way Zeke is.
import { render, Text } from 'ink';

render(<Text>hello</Text>);
setInterval(() => undefined, 1000);
process.on('SIGTERM', () => process.exit());
