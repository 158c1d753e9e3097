/**
 * The main models of the main vendors, one a line:
 * `vendor/model context output input-price output-price cached-price cache-write-price abilities`.
 * Limits in tokens, prices in US dollars per million tokens, `-` where there is none; abilities are
 * t(ools), i(mages), r(easoning). From the models.dev catalogue (MIT) of the date below; a test
 * compares every line with it. Prices age: they are for estimates, never for bills.
 */
export const CATALOGUE_DATE = '2026-07-02';

export const CATALOGUE_TABLE = `
openai/gpt-5.5 1050000 128000 5 30 0.5 - tir
openai/gpt-5.4 1050000 128000 2.5 15 0.25 - tir
openai/gpt-5.4-mini 400000 128000 0.75 4.5 0.075 - tir
openai/gpt-5.4-nano 400000 128000 0.2 1.25 0.02 - tir
openai/gpt-5.2 400000 128000 1.75 14 0.175 - tir
openai/gpt-5.1 400000 128000 1.25 10 0.125 - tir
openai/gpt-5 400000 128000 1.25 10 0.125 - tir
openai/gpt-5-mini 400000 128000 0.25 2 0.025 - tir
openai/gpt-5-nano 400000 128000 0.05 0.4 0.005 - tir
openai/gpt-4.1 1047576 32768 2 8 0.5 - ti
openai/gpt-4.1-mini 1047576 32768 0.4 1.6 0.1 - ti
openai/gpt-4.1-nano 1047576 32768 0.1 0.4 0.025 - ti
openai/gpt-4o 128000 16384 2.5 10 1.25 - ti
openai/gpt-4o-mini 128000 16384 0.15 0.6 0.075 - ti
openai/o3 200000 100000 2 8 0.5 - tir
openai/o4-mini 200000 100000 1.1 4.4 0.275 - tir
openai/o3-mini 200000 100000 1.1 4.4 0.55 - tr
anthropic/claude-sonnet-5 1000000 128000 2 10 0.2 2.5 tir
anthropic/claude-fable-5 1000000 128000 10 50 1 12.5 tir
anthropic/claude-opus-4-8 1000000 128000 5 25 0.5 6.25 tir
anthropic/claude-opus-4-7 1000000 128000 5 25 0.5 6.25 tir
anthropic/claude-opus-4-6 1000000 128000 5 25 0.5 6.25 tir
anthropic/claude-sonnet-4-6 1000000 64000 3 15 0.3 3.75 tir
anthropic/claude-opus-4-5 200000 64000 5 25 0.5 6.25 tir
anthropic/claude-sonnet-4-5 200000 64000 3 15 0.3 3.75 tir
anthropic/claude-haiku-4-5 200000 64000 1 5 0.1 1.25 tir
anthropic/claude-opus-4-1 200000 32000 15 75 1.5 18.75 tir
anthropic/claude-opus-4-0 200000 32000 15 75 1.5 18.75 tir
anthropic/claude-sonnet-4-0 200000 64000 3 15 0.3 3.75 tir
google/gemini-3.5-flash 1048576 65536 1.5 9 0.15 - tir
google/gemini-3.1-pro-preview 1048576 65536 2 12 0.2 - tir
google/gemini-3-pro-preview 1048576 65536 2 12 0.2 - tir
google/gemini-3-flash-preview 1048576 65536 0.5 3 0.05 - tir
google/gemini-3.1-flash-lite 1048576 65536 0.25 1.5 0.025 - tir
google/gemini-2.5-pro 1048576 65536 1.25 10 0.125 - tir
google/gemini-2.5-flash 1048576 65536 0.3 2.5 0.03 - tir
google/gemini-2.5-flash-lite 1048576 65536 0.1 0.4 0.01 - tir
xai/grok-4.3 1000000 30000 1.25 2.5 0.2 - tir
xai/grok-build-0.1 256000 256000 1 2 0.2 - tir
xai/grok-4.20-0309-reasoning 1000000 30000 1.25 2.5 0.2 - tir
xai/grok-4.20-0309-non-reasoning 1000000 30000 1.25 2.5 0.2 - ti
deepseek/deepseek-v4-pro 1000000 384000 0.435 0.87 0.003625 - tr
deepseek/deepseek-v4-flash 1000000 384000 0.14 0.28 0.0028 - tr
deepseek/deepseek-chat 1000000 384000 0.14 0.28 0.0028 - t
deepseek/deepseek-reasoner 1000000 384000 0.14 0.28 0.0028 - tr
mistral/mistral-medium-2604 262144 262144 1.5 7.5 - - tir
mistral/mistral-medium-latest 262144 262144 0.4 2 - - ti
mistral/mistral-small-latest 256000 256000 0.15 0.6 - - tir
mistral/devstral-latest 262144 262144 0.4 2 - - t
mistral/magistral-medium-latest 128000 16384 2 5 - - tr
moonshotai/kimi-k2.7-code 262144 262144 0.95 4 0.19 - tir
moonshotai/kimi-k2.6 262144 262144 0.95 4 0.16 - tir
moonshotai/kimi-k2.5 262144 262144 0.6 3 0.1 - tir
moonshotai/kimi-k2-thinking 262144 262144 0.6 2.5 0.15 - tr
zai/glm-5.2 1000000 131072 1.4 4.4 0.26 0 tr
zai/glm-5.1 200000 131072 1.4 4.4 0.26 0 tr
zai/glm-5 204800 131072 1 3.2 0.2 0 tr
zai/glm-4.7 204800 131072 0.6 2.2 0.11 0 tr
zai/glm-4.6 204800 131072 0.6 2.2 0.11 0 tr
`;
