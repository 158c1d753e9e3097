/** What a Neovim may ask about the code of the project: files, and definitions by name. */
import type { CodeSymbol } from '../../context/search.ts';
import type { NvimServices, SymbolItem } from '../../nvim/services.ts';
import type { Runtime } from '../compose.ts';

type CodeServices = Pick<NvimServices, 'files' | 'symbols' | 'definition'>;

/** The index is opened with the first question. */
export function codeServices({ search }: Pick<Runtime, 'search'>): CodeServices {
  return {
    files: async ({ pattern, limit }, { signal }) => ({
      paths: await (await search()).findFiles({ pattern, limit, signal }),
    }),
    symbols: async ({ pattern, limit }, { signal }) => {
      const { results } = await (await search()).findSymbols({ pattern, limit, signal });
      return { symbols: results.map((symbol) => toItem(symbol, symbol.path)) };
    },
    definition: async ({ name }, { signal }) => {
      const index = await search();
      const [best] = await index.findDefinitions(name, signal);
      if (best === undefined) return {};
      const { path, startLine, endLine, text } = best;
      const outline = await index.outline(path, signal);
      const symbol = outline.find(
        (one) => one.name === name && one.startLine >= startLine && one.startLine <= endLine,
      );
      const found = symbol ?? { name, kind: 'variable', startLine, endLine };
      return { definition: { ...toItem(found, path), startLine, endLine, text } };
    },
  };
}

type Place = Pick<CodeSymbol, 'name' | 'kind' | 'startLine' | 'endLine'>;

function toItem({ name, kind, startLine, endLine }: Place, path: string): SymbolItem {
  return { name, kind, path, startLine, endLine };
}
