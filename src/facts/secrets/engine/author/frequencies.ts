/**
 * How often two bytes follow each other in text. Counted over some forty megabytes of manual pages, package
 * documentation, configuration and programs; it only decides how fast the keyword filter is, never what it finds.
 */

/** For every pair, first byte in the low half, how likely it is. Sums to about one. */
export function pairFrequencies(): Float64Array {
  const table = new Float64Array(65536);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const digit = counted[symbol(first) * symbols + symbol(second)]!;
      table[first | (second << 8)] = 2 ** -(Number.parseInt(digit, 36) + least);
    }
  }
  return table;
}

const symbols = 64;
const least = 4;

/** a–z, A–Z, a digit, nine signs of their own, other signs, all else. */
function symbol(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 65 && code <= 90) return 26 + code - 65;
  if (code >= 48 && code <= 57) return 52;
  const sign = ' \n_-.:/="'.indexOf(String.fromCharCode(code));
  if (sign >= 0) return 53 + sign;
  return code > 32 && code < 127 ? 62 : 63;
}

/** One digit in base 36 for each pair of symbols, row by row: −log₂ of the likelihood, less four. */
// biome-ignore format: a table.
const counted =
  'a656a96b6b8454d6d44477a97bffefeeeefffdedfeffbdfddeffb59999bbebbg' +
  '7a9a6abe78d6bc7bf79a6de97bdeefefedfgfeeffeffefgfeefgc8bab8c9fbdh' +
  '5b8a5ac57c659b49d7857ccd9cdecdddedcgcdddddfdeeeeffgfc889a9b9cbce' +
  '69a74aab5cb8bb6ad8897bcc9bbcbbbccccdccccccdcbbddcddda477979999ab' +
  '5854657a88b564967344a7857abbab9bccbecbbcbaeaabcccdffb3667678989d' +
  '7baa77cc5fe8ca5bf7977fee9dcffffefefgfeffffgffffgfffgc59a87cd7bbe' +
  '9dac5c976fd8989bf7798cdecbdeddcdeecgfdcceeddcdeffgege69898a9a9cf' +
  '5dcc4edd6fd8ab6bf6a58ddeacddcefdfeeffdcfecfedeffffffc699a9bcbacg' +
  '7656666ebd956347b644b7d8e8edeeefefeffeefffeeedefeeefeababadaecbf' +
  'aedb8defcedfee9dee7fafdfffdeefdffffeffefegfffffffgeffcbdcdeegdfe' +
  '8cdc6cac8ddbdabcdb8bbeaedceedfceefdgfdeeedfeddfeefffe7a9aacccadf' +
  '59a7469c48b5ba59fa667abd7ccdbcccdddffcdcdcfcbcedfdefd6989898b8bf' +
  '58b94dce6cb77b66db7b8dde8deebdddffegfdeeecfedeeddedfe6a9a9b8eacf' +
  '5b64575b6c88a859da5478dd8bcdbdbcedcdfbdddcfdbcecdefed4878799a8af' +
  '8765967c8a765375d466577abbdeddedffdefcdeddfecdfedffef599aacbdbdg' +
  '5da95ba97fa6ab67d5767bcc6cdedccdeedgfcceecfecdfffgefd8a9a99bdacg' +
  'dffefffdffgbefffdcce7ebfffgffgggefggggfgggffggfggggffaebfcfffefh' +
  '5977397c4c776659c65678ac7bbcababccbccbbbbbcbbbccccccb4788798989c' +
  '7b7a49a65e969a66a8546bad8acdcddcdeceecccdbedcceeddedd477766778ae' +
  '5a7849b34eb87b57e5666c896abcabaabb9fdbbbd9db9abbddefd4767778a8ad' +
  '7688688e7ec676a7g565dceaddffgfgfgfeggffgfegffgeggfefb8ccebgegdfg' +
  '6dbd5dcf7gedba9cfcccdffeeegfgfgffgfgfffefffffefgggffc9cb9cececdg' +
  '7ddb8ed76fdbd97dg89def9ffeefdddefddegddeeeefdeefefdfe8babaddecdg' +
  '9d8c8dfd9ged9cc8fd76eefcadbbbccdfffffcdeeegffefffefgc8ba9acbbbdg' +
  'acbcad9eaee8a887f788dd9edcdccdcdeecefdddcbfdcdddeffee588a99cbacg' +
  'afee8dfd9febbedefdeeefefddbeefefefefffdfffffffefffffebbccdedecee' +
  'ecaadccfeed9d9eaf9aaadcdeeb889ab9eadb797e8b798abdcbeb8abacdegdfe' +
  '9ffebecdbefcgfaggbee9fffbe9aab9bde9ceaceaedbae9effbebabcdccdhdff' +
  '9ffebee9dff9dg6egadcbfeede8baa8be8aba9ac89eab89cdfcfb9bbcbddfddf' +
  '9ffe8edf9effeg9fgcefcfefde9bbb8bdc8fdbcdaddcaccbeedeb8aabaddfcef' +
  'cffcedefeefac9gfd8ceeac8ee9a88a9adcec9a8abb788d9c9beb799aacdebdf' +
  '9gdebffg8ffbfe8ff9efageggeabbbaaed9efbed9efac9cfffdgb8acbcefgdff' +
  'cgfc8fgebffbddbggaedcggfgebdce8eeaaffbd9b9f9bdcdeceff9cafdefgeef' +
  '9fgeaffecfffegafgefdcfffef8fee8ffe9eedce9ddce9deffefd9ccbefdeeff' +
  'fecbf9defffea7ffgdb9cfeege99899a9ecee8968ae987dbfbebf9cdfceeheef' +
  'aggecggfdffefgbfgeefcfggffeefedggfdfbfffddffbfeeehggffeegeggjhhf' +
  'cgfe9ffedfgefecggdffdeegfgbecdafddbgfefeeefeceeffffffaccfeffhegf' +
  'affe8fff7ffedf9fgeddddgffe8dca7dbf7ff8de9cfda9aaefbef89a9cdefddg' +
  '8ede9fegadeffe9fgdegbgeece8acb8cef9ff9bda9edbccdgfeefbcbddffjdfg' +
  '9gcfaffebegdgf7ffacfafggfb9d989b8eafdcdb8dfd979bfg9ff7abccadeddf' +
  'gadefcfefgfdeaf9gaebcdffgfbba9c89fcdb997b9g7999aadeff9cbcfbfeffg' +
  '8eff9ffdbgfbff9cf8da9dgg9f8dcc9eda9fc8de9bf9baadffbffacbcdcdhdfg' +
  'fgffegehffgffgfggfeecfeffgdeeddeeeegecedggceeeafefcgffffigifhghg' +
  'bgfe7fgebffeffbegeefbffgef8d9b7bbe8gb9bb8ae999bbbgaff7abbcddfdeg' +
  'aeaf8gfb9fcddd8addf7addgaeadaa7cd98fc9ad9acd88acdebfe7aacbdbebde' +
  'agdf9ff7afefef9fg8dfbgef9e8ebb7af77edbba8ag9a8bead8ff8a9bbdcfbdg' +
  'fefdeffgeffee9gafeabggeffecbbaacbfbee9aaeaf898eefefgb9cggehefgfg' +
  '9gfe9fffbfffggcfgffeefffeeaddf8fedafgfceecddcbefffegddbegfgfhegg' +
  'bgfeagf9aegfggafgbffegfefg8fffceeb8feffccefcdegffffefcdeefgghfgg' +
  'fffeegggegffegfegfeffggfffeecdbfgebegfaeeafdabffgceefbccddeegfgg' +
  'dgffdffgegffffafgffgefegffbeecdffgdegcccdbfbcdffdedef8cbdefffeeg' +
  'cffecffecffdefeeffefffffffdeeebeeecffddfefffefffddffedbbeefefeee' +
  'bccbbbfefffefffefdeefffcfebbbbbbfffffffefeffffefffge888ca9bcfbcf' +
  '4545557649965655a54367598a686787786a967766c766797a9a80a87888567e' +
  '8b89a9bc9cdaabaaea89abbedd9a8aa8ccadd8bbbbeba9bcbedc834aacea8bad' +
  '887788997da88887b877989bdbab9aaacbaecbaabaea9acabcfedac7cbeegacf' +
  '998999aa9ca99a98c988aaaaeacbbccbeccfecbcdbgcbbbdcegba8ac5cgdddbf' +
  '9a79998799c98a88e989abaadcccbbbbdcbffccbcbhcabccdefe9657e8dbcacf' +
  'ccacbbeecheccceagbccddeefdcbaccbdccffcbddbgcacbdffhdc56ddc77dcdf' +
  '6978aa89abd7a797ea789aaaedcdabddbddcfbceccfcccefbdffc9acdce7ebcf' +
  'dcbdddeaafgddecdgbbdeeegfeffeefcfffhhffbfegfecfhgghfe5bffefe65cf' +
  'ab99aa97acd9a8b9da99bbbbddacacbccbbfdcbccbfbabcdcdefc68cba9ad79f' +
  'bbbbccdcceebcccbfbabbddcfddecddeeedgfedeedgeddcfefhfe78cdbb9dcbf' +
  'fgebdefgedgfffgfhcddggfgheeffffffffggfgfgghgeggggggefedfffgfgffe';
