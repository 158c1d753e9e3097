/** What a shared library says of itself: its processor, what it needs, what it offers. */

export interface Library {
  readonly format: 'ELF' | 'Mach-O' | 'PE';
  readonly machine: string;
  /** Libraries it asks the system for. */
  readonly needed: readonly string[];
  /** Names it offers, sorted. */
  readonly exports: readonly string[];
  /** Versions of symbols it asks for, as `GLIBC_2.17`. */
  readonly versions: readonly string[];
  /** It carries a signature; macOS on ARM loads nothing without. */
  readonly isSigned: boolean;
}

/** Throws for what is none of the three formats in 64 bits. */
export function readLibrary(bytes: Buffer): Library {
  if (bytes.readUInt32BE(0) === 0x7f454c46) return readElf(bytes);
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return readMachO(bytes);
  if (bytes.toString('latin1', 0, 2) === 'MZ') return readPe(bytes);
  throw new Error('This is no ELF, Mach-O or PE file.');
}

const ELF_MACHINES = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);
const ELF_SHARED = 3;
const SECTION = { strings: 3, dynamic: 6, symbols: 11 };
const DYNAMIC_NEEDED = 1;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function readElf(bytes: Buffer): Library {
  if (bytes[4] !== 2 || bytes.readUInt16LE(16) !== ELF_SHARED) throw new Error('no shared object');
  const start = Number(bytes.readBigUInt64LE(0x28));
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, at): Section => {
    const header = start + at * bytes.readUInt16LE(0x3a);
    return {
      type: bytes.readUInt32LE(header + 4),
      offset: Number(bytes.readBigUInt64LE(header + 24)),
      size: Number(bytes.readBigUInt64LE(header + 32)),
      link: bytes.readUInt32LE(header + 40),
    };
  });
  const symbols = sections.find(({ type }) => type === SECTION.symbols);
  const dynamic = sections.find(({ type }) => type === SECTION.dynamic);
  const names = sections[symbols?.link ?? -1];
  if (symbols === undefined || dynamic === undefined || names === undefined) {
    throw new Error('no dynamic symbols');
  }
  const strings = bytes.toString('latin1', names.offset, names.offset + names.size);
  return {
    format: 'ELF',
    machine: ELF_MACHINES.get(bytes.readUInt16LE(18)) ?? 'unknown',
    needed: elfNeeded(bytes, dynamic, names.offset),
    exports: elfExports(bytes, symbols, names.offset),
    versions: [...new Set(strings.match(/GLIBC_[\d.]+/g) ?? [])],
    isSigned: false,
  };
}

function elfNeeded(bytes: Buffer, dynamic: Section, names: number): readonly string[] {
  return Array.from({ length: dynamic.size / 16 }, (_, at) => dynamic.offset + at * 16)
    .filter((entry) => bytes.readBigUInt64LE(entry) === BigInt(DYNAMIC_NEEDED))
    .map((entry) => textAt(bytes, names + Number(bytes.readBigUInt64LE(entry + 8))));
}

/** Symbols with a section of their own; those without are asked for. */
function elfExports(bytes: Buffer, symbols: Section, names: number): readonly string[] {
  return Array.from({ length: symbols.size / 24 }, (_, at) => symbols.offset + at * 24)
    .filter((entry) => bytes.readUInt16LE(entry + 6) !== 0 && (bytes[entry + 4] ?? 0) >> 4 !== 0)
    .map((entry) => textAt(bytes, names + bytes.readUInt32LE(entry)))
    .sort();
}

const MACH_MACHINES = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);
const MACH_SHARED = 6;
const COMMAND = { symbols: 2, dynamicSymbols: 11, needs: 12, signature: 0x1d };

function readMachO(bytes: Buffer): Library {
  if (bytes.readUInt32LE(12) !== MACH_SHARED) throw new Error('no shared library');
  const needed: string[] = [];
  let isSigned = false;
  let [symbolsAt, stringsAt, firstExport, exportCount] = [0, 0, 0, 0];
  let command = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const type = bytes.readUInt32LE(command);
    if (type === COMMAND.symbols) {
      symbolsAt = bytes.readUInt32LE(command + 8);
      stringsAt = bytes.readUInt32LE(command + 16);
    } else if (type === COMMAND.dynamicSymbols) {
      firstExport = bytes.readUInt32LE(command + 16);
      exportCount = bytes.readUInt32LE(command + 20);
    } else if (type === COMMAND.needs) {
      needed.push(textAt(bytes, command + bytes.readUInt32LE(command + 8)));
    } else if (type === COMMAND.signature) {
      isSigned = true;
    }
    command += bytes.readUInt32LE(command + 4);
  }
  const exports = Array.from({ length: exportCount }, (_, at) => {
    const name = bytes.readUInt32LE(symbolsAt + (firstExport + at) * 16);
    return textAt(bytes, stringsAt + name).replace(/^_/, '');
  });
  const machine = MACH_MACHINES.get(bytes.readUInt32LE(4)) ?? 'unknown';
  return { format: 'Mach-O', machine, needed, exports: exports.sort(), versions: [], isSigned };
}

const PE_MACHINES = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);
const PE_IS_DLL = 0x2000;

function readPe(bytes: Buffer): Library {
  const header = bytes.readUInt32LE(0x3c) + 4;
  if ((bytes.readUInt16LE(header + 18) & PE_IS_DLL) === 0) throw new Error('no DLL');
  const optional = header + 20;
  const sectionsAt = optional + bytes.readUInt16LE(header + 16);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 2) }, (_, at) => {
    const start = sectionsAt + at * 40;
    return {
      size: bytes.readUInt32LE(start + 8),
      address: bytes.readUInt32LE(start + 12),
      offset: bytes.readUInt32LE(start + 20),
    };
  });
  const place = (address: number): number => {
    const section = sections.find(
      (one) => address >= one.address && address < one.address + one.size,
    );
    if (section === undefined) throw new Error(`no section holds ${address}`);
    return address - section.address + section.offset;
  };
  const table = place(bytes.readUInt32LE(optional + 112));
  const names = place(bytes.readUInt32LE(table + 32));
  const exports = Array.from({ length: bytes.readUInt32LE(table + 24) }, (_, at) =>
    textAt(bytes, place(bytes.readUInt32LE(names + at * 4))),
  );
  const needed: string[] = [];
  for (let entry = place(bytes.readUInt32LE(optional + 120)); ; entry += 20) {
    const name = bytes.readUInt32LE(entry + 12);
    if (name === 0) break;
    needed.push(textAt(bytes, place(name)));
  }
  const machine = PE_MACHINES.get(bytes.readUInt16LE(header)) ?? 'unknown';
  return { format: 'PE', machine, needed, exports: exports.sort(), versions: [], isSigned: false };
}

function textAt(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start, bytes.indexOf(0, start));
}
