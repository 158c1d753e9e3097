/**
 * What issued credentials look like: a start that the vendor chose so that its tokens can be told
 * apart, and the shape of what follows. Collected from the vendors' own documentation.
 *
 * One row is `[rule, starts, tail]`, optionally with traits. `starts` is a list of literal prefixes,
 * separated by blanks; `tail` is a bounded pattern without groups that capture.
 */

/** Alphanumeric, token character, lower-case hex, hex, base64. */
const A = '[0-9A-Za-z]';
const W = '[\\w-]';
const T = '[\\w=.-]';
const H = '[0-9a-f]';
const X = '[0-9a-fA-F]';
const B = '[0-9A-Za-z+/]';
const UUID = `${X}{8}-(?:${X}{4}-){3}${X}{12}`;

export interface TokenTraits {
  /** The prefix turns up inside other text, so the token must stand alone. */
  readonly isBordered?: boolean;
  /** The prefix is short or common, so the token must stand alone and look random. */
  readonly isWeak?: boolean;
  /** Meant to be seen in public (browser keys, sandbox keys): worth a word, not an alarm. */
  readonly isPublic?: boolean;
}
export type TokenRow = readonly [rule: string, starts: string, tail: string, traits?: TokenTraits];

const WEAK: TokenTraits = { isWeak: true };
const BORDERED: TokenTraits = { isBordered: true };
const PUBLIC: TokenTraits = { isPublic: true };

const MODEL_HOSTS: readonly TokenRow[] = [
  ['anthropic-key', 'sk-ant-', `[a-z]{2,8}\\d{2}-${W}{40,130}`],
  ['openai-key', 'sk-', `(?:proj|svcacct|admin|None)-${W}{40,220}`],
  ['openai-key', 'sk-', `${A}{20}T3BlbkFJ${A}{20}`],
  ['model-host-key', 'sk-', `${A}{32,64}`, WEAK],
  ['openrouter-key', 'sk-or-v1-', `${H}{64}`],
  ['groq-key', 'gsk_', `${A}{40,64}`],
  ['xai-key', 'xai-', `${A}{60,100}`],
  ['google-api-key', 'AIza', `${W}{35}`, WEAK],
  ['huggingface-token', 'hf_ api_org_', `${A}{34,40}`],
  ['perplexity-key', 'pplx-', `${A}{40,64}`],
  ['replicate-token', 'r8_', `${A}{37}`],
  ['nvidia-key', 'nvapi-', `${W}{60,72}`],
  ['cerebras-key', 'csk-', `[0-9a-z]{48}`],
  ['langsmith-key', 'lsv2_pt_ lsv2_sk_', `${H}{32}_${H}{10}`],
  ['tavily-key', 'tvly-', `(?:(?:dev|prod)-)?${A}{32}`],
  ['privateai-key', 'pai_', `${A}{32}`],
];

const CLOUDS: readonly TokenRow[] = [
  ['aws-access-key', 'AKIA ASIA ABIA ACCA', '(?=[A-Z]{0,15}\\d)[A-Z2-7]{16}', BORDERED],
  ['aws-access-key', 'A3T', '[A-Z0-9][A-Z2-7]{16}', BORDERED],
  ['aws-bedrock-key', 'ABSK', `${B}{109,269}={0,2}`, WEAK],
  ['aws-bedrock-key', 'bedrock-api-key-', `${B}{20,600}={0,2}`],
  ['alibaba-access-key', 'LTAI', `${A}{16,26}`, WEAK],
  ['cloudflare-origin-key', 'v1.0-', `${H}{24}-${H}{146}`],
  ['digitalocean-token', 'doo_v1_ dop_v1_ dor_v1_', `${H}{64}`],
  ['databricks-token', 'dapi', `${H}{32}(?:-\\d)?`, WEAK],
  ['fly-token', 'fo1_', `${W}{43}`],
  ['fly-token', 'fm1a_ fm1r_ fm2_', `${B}{100,1200}={0,3}`],
  ['heroku-key', 'HRKU-AA', `${W}{58}`],
  ['openshift-token', 'sha256~', `${W}{43}`],
  ['scalingo-token', 'tk-us-', `${W}{48}`],
  ['yandex-token', 't1.', `${W}{10,400}={0,2}\\.${W}{86}={0,2}`],
  ['yandex-key', 'AQVN', `${W}{35,38}`, WEAK],
  ['yandex-key', 'YC', `${W}{38}`, WEAK],
  ['planetscale-token', 'pscale_tkn_ pscale_oauth_ pscale_pw_', `${T}{32,64}`],
  ['supabase-key', 'sbp_ sb_secret_', `${W}{31,64}`],
  ['clickhouse-key', '4b1d', `${A}{38}`, WEAK],
  ['pulumi-token', 'pul-', `${H}{40}`],
  ['terraform-token', 'atlasv1.', `${T}{60,70}`],
  ['vault-token', 'hvs. hvb.', `${W}{90,300}`],
  ['vault-token', 's.', `${A}{24}`, WEAK],
  ['doppler-token', 'dp.pt. dp.st. dp.ct. dp.sa.', `(?:[\\w-]{1,40}\\.)?${A}{40,44}`],
  ['1password-token', 'ops_eyJ', `${B}{200,2000}={0,3}`],
  [
    '1password-secret-key',
    'A3-',
    '[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}',
  ],
  ['age-secret-key', 'AGE-SECRET-KEY-1', '[0-9A-Z]{58}'],
];

const FORGES: readonly TokenRow[] = [
  ['github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', `${A}{36,255}`],
  ['github-token', 'github_pat_', '\\w{82}'],
  [
    'gitlab-token',
    'glpat- gldt- glffct- glft- glimt- glagent- gloas- glptt- glsoat-',
    `${W}{20,300}(?:\\.[0-9a-z]{9})?`,
  ],
  ['gitlab-token', 'glrt-', `(?:t\\d_)?${W}{20,300}(?:\\.[0-9a-z]{9})?`],
  ['gitlab-token', 'glcbt-', `${A}{1,5}_${W}{20}`],
  ['gitlab-token', 'GR1348941', `${W}{20}`],
  ['gitlab-session', '_gitlab_session=', '[0-9a-z]{32}'],
  ['bitbucket-password', 'ATBB', `${A}{32}`, WEAK],
  ['atlassian-token', 'ATATT3 ATCTT3', '[\\w=-]{120,260}'],
  ['sourcegraph-token', 'sgp_', `(?:(?:${X}{16}|local)_)?${X}{40}`],
  ['sonar-token', 'squ_ sqp_ sqa_', `${H}{40}`],
  ['npm-token', 'npm_', `${A}{36}`],
  ['pypi-token', 'pypi-Ag', `${W}{50,1000}`],
  ['rubygems-token', 'rubygems_', `${H}{48}`],
  ['clojars-token', 'CLOJARS_', `${A}{60}`],
  ['docker-token', 'dckr_pat_ dckr_oat_', `${W}{27,40}`],
  ['artifactory-key', 'AKCp', `${A}{69}`, WEAK],
  ['artifactory-token', 'cmVmd', `${A}{59}`, WEAK],
  ['octopus-key', 'API-', '[A-Z0-9]{26}', WEAK],
  ['harness-token', 'pat. sat.', `${W}{22}\\.${A}{24}\\.${A}{20}`],
  ['postman-key', 'PMAK-', `${H}{24}-${H}{34}`],
  ['prefect-token', 'pnu_ pnb_', `${A}{36}`],
  ['infracost-key', 'ico-', `${A}{32}`],
  ['readme-key', 'rdme_', '[0-9a-z]{70}'],
  ['figma-token', 'figd_', `${W}{40}`],
  ['linear-key', 'lin_api_ lin_oauth_', `${A}{40,64}`],
  ['notion-token', 'ntn_', `\\d{11}${A}{35}`],
  ['airtable-token', 'pat', `${A}{14}\\.${H}{64}`],
  ['frameio-token', 'fio-u-', '[\\w=-]{64}'],
  ['intra42-secret', 's-s4t2ud- s-s4t2af-', `${H}{64}`],
];

const MESSAGES: readonly TokenRow[] = [
  ['slack-token', 'xoxb- xoxp- xoxo- xoxs- xoxa- xoxr- xoxe-', `${W}{8,250}`],
  ['slack-token', 'xoxe.xoxb- xoxe.xoxp-', `\\d-${A}{100,200}`],
  ['slack-token', 'xapp-', `\\d-${A}{1,40}-\\d{1,20}-${A}{1,80}`],
  ['sendgrid-key', 'SG.', `${T}{60,70}`],
  ['sendinblue-key', 'xkeysib- xsmtpsib-', `${H}{64}-${A}{16}`],
  ['twilio-key', 'SK', `${X}{32}`, WEAK],
  ['facebook-token', 'EAA', `[MC]${A}{100,300}`, WEAK],
  ['typeform-token', 'tfp_', `${T}{59}`],
];

const SHOPS: readonly TokenRow[] = [
  ['stripe-key', 'sk_live_ sk_prod_ rk_live_ rk_prod_', `${A}{10,120}`],
  ['stripe-test-key', 'sk_test_ rk_test_', `${A}{10,120}`, PUBLIC],
  ['webhook-secret', 'whsec_', `${A}{32,64}`],
  ['square-token', 'sq0atp- sq0csp-', `${W}{22,60}`],
  ['square-token', 'EAAA', `${W}{22,60}`, WEAK],
  ['shopify-token', 'shpat_ shpca_ shppa_ shpss_', `${X}{32}`],
  ['shippo-token', 'shippo_live_ shippo_test_', `${X}{40}`],
  ['flutterwave-key', 'FLWSECK_TEST- FLWSECK-', `${A}{12}(?:${A}{20}-X)?`],
  ['flutterwave-key', 'FLWPUBK_TEST- FLWPUBK-', `${A}{32}-X`, PUBLIC],
  ['plaid-token', 'access-sandbox- access-development- access-production-', UUID],
  ['duffel-token', 'duffel_live_ duffel_test_', '[\\w=-]{43}'],
  ['easypost-key', 'EZAK EZTK', `${A}{54}`, WEAK],
  ['mapbox-token', 'sk. tk.', `eyJ${W}{50,200}\\.${W}{22}`],
  ['mapbox-token', 'pk.', `[0-9A-Za-z]{60,200}\\.${W}{22}`, PUBLIC],
  ['dropbox-token', 'sl.', '[\\w=-]{130,1500}'],
  ['adobe-secret', 'p8e-', `${A}{32}`],
];

const WATCHERS: readonly TokenRow[] = [
  ['grafana-key', 'eyJrIjoi', `${A}{70,400}={0,3}`],
  ['grafana-token', 'glc_', `${B}{32,400}={0,3}`],
  ['grafana-token', 'glsa_', `${A}{32}_${X}{8}`],
  ['newrelic-key', 'NRAK- NRII- NRRA-', `${W}{27,40}`],
  ['newrelic-browser-key', 'NRJS-', `${H}{19}`, PUBLIC],
  ['dynatrace-token', 'dt0c01.', `${A}{24}\\.${A}{64}`],
  ['sentry-token', 'sntrys_eyJ', `${B}{20,500}={0,2}_${B}{43}`],
  ['sentry-token', 'sntryu_', `${H}{64}`],
  [
    'authress-key',
    'sc_ ext_ scauth_ authress_',
    '[0-9A-Za-z]{5,30}\\.[0-9A-Za-z]{4,6}\\.acc[_-][0-9A-Za-z-]{10,32}\\.[0-9A-Za-z+/_=-]{30,120}',
  ],
  ['settlemint-token', 'sm_aat_ sm_pat_ sm_sat_', `${A}{16}`],
  ['nebula-key', 'dnkey-', '[\\w=-]{26}-[\\w=-]{52}'],
  ['jwt', 'ey', `${A}{15,4000}\\.ey[\\w/\\\\-]{15,8000}\\.[\\w/\\\\-]{0,2000}={0,2}`],
  ['jwt', 'ZXlK', '[\\w+/\\\\-]{40,8000}={0,2}'],
];

/** Every shape that begins with its vendor's own prefix. */
export const TOKEN_ROWS: readonly TokenRow[] = [
  ...MODEL_HOSTS,
  ...CLOUDS,
  ...FORGES,
  ...MESSAGES,
  ...SHOPS,
  ...WATCHERS,
];

/** Shapes whose mark stands in the middle: what must be before it, the mark, what must follow. */
export const MIDDLE_ROWS: readonly (readonly [
  rule: string,
  head: string,
  mark: string,
  tail: string,
])[] = [
  ['terraform-token', `${A}{14}`, '.atlasv1.', `${T}{60,70}`],
  ['azure-client-secret', '[\\w~.]{3}\\d', 'Q~', '[\\w~.-]{31,34}'],
  ['maxmind-key', `${A}{6}_${A}{29}`, '_mmk', ''],
  ['mailchimp-key', `${H}{32}`, '-us', '\\d{1,2}'],
  ['telegram-bot-token', '\\d{8,16}', ':A', `${W}{34}`],
  ['facebook-app-token', '\\d{15,16}', '%', `${W}{27,40}`],
  ['facebook-app-token', '\\d{15,16}', '|', `${W}{27,40}`],
];
