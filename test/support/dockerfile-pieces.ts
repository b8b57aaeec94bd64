// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of Dockerfiles
/** What Dockerfiles that nobody would write are made of. */

/** Two that are right, with much of the syntax in them. */
export const samples = [
  'FROM a AS b\nENV A=1 B="$A"\nRUN apt-get update \\\n  # c\n && apt-get install -y x\nCOPY --from=b <<E /x\nbody\nE\nCMD ["sh", "-c", "x"]\n',
  '# escape=`\nFROM a\nSHELL ["powershell"]\nRUN Write-Host \'x\'; `\n  y\nONBUILD RUN <<-E bash\n\tx\n\tE\nUSER ${U:-me}\n',
];

/** Words and signs on which a reader changes its mind. */
export const tokens = [
  ...[
    '\n',
    '\\\n',
    ' \\\n# c\n',
    '\r\n',
    '`',
    '\\',
    '"',
    "'",
    '$',
    '${',
    '}',
    '$(',
    ')',
    '((',
    '<<EOF',
    "<< 'E'",
    '<<-',
  ],
  ...[
    '\nEOF\n',
    '[',
    ']',
    '["a"]',
    '|',
    '&&',
    ';',
    '#',
    '=',
    ' ',
    '\t',
    '\0',
    '\uFEFF',
    '\u2028',
    '*',
    '%%',
    '//',
    ':-',
  ],
  ...[
    '# escape=`\n',
    'FROM ',
    'RUN ',
    'ONBUILD ',
    'ENV A=$A',
    'ARG ',
    'COPY --from=',
    'SHELL ["cmd"]\n',
    'HEALTHCHECK ',
  ],
  ...['--mount=', "sh -c '", 'sudo ', 'if ', 'for x in ', 'case ', '{', 'f() ', 'eval '],
];
