/** Dockerfiles of the corpus to build, with what a reader of each file sees: which line makes which file and setting. */

export interface JoinCase {
  /** Below dockerfiles/ of the corpus. */
  file: string;
  /** Files of the build context. */
  context: string[];
  /** Files that stages below the last one hold, for COPY --from. */
  tools?: string[];
  /** Lines of the RUN instructions of the last stage, in order. */
  runs: number[];
  /** Path in the image to the line of its COPY or ADD. */
  copies: Record<string, number>;
  /** Line of the last stage's USER, or of its FROM where it has none. */
  user: number;
  ports: number[];
}

export const joinCases: JoinCase[] = [
  {
    file: 'kubernetes__examples__databases~cassandra~image~Dockerfile',
    context: ['files/run.sh'],
    runs: [41],
    copies: { 'run.sh': 39 },
    user: 15,
    ports: [52],
  },
  {
    file: 'SeleniumHQ__docker-selenium__Hub~Dockerfile',
    context: ['start-selenium-grid-hub.sh', 'selenium-grid-hub.conf'],
    runs: [],
    copies: {
      'opt/bin/start-selenium-grid-hub.sh': 27,
      'etc/supervisor/conf.d/selenium-grid-hub.conf': 30,
    },
    user: 7,
    ports: [13, 14, 15],
  },
  {
    file: 'goharbor__harbor__make~photon~registry~Dockerfile',
    context: [
      'make/photon/common/install_cert.sh',
      'make/photon/registry/entrypoint.sh',
      'make/photon/registry/binary/registry',
    ],
    runs: [9],
    copies: {
      'home/harbor/install_cert.sh': 5,
      'home/harbor/entrypoint.sh': 6,
      'usr/bin/registry_DO_NOT_USE_GC': 7,
    },
    user: 16,
    ports: [],
  },
  {
    file: 'schickling__dockerfiles__beanstalkd-console~Dockerfile',
    context: ['install.sh', 'config.php'],
    runs: [5, 6],
    copies: { 'install.sh': 4, 'source/config.php': 8 },
    user: 1,
    ports: [10],
  },
  {
    file: 'tenable__terrascan__build~Dockerfile',
    context: ['go.mod', 'go.sum'],
    tools: ['go/bin/terrascan'],
    runs: [24],
    copies: { 'go/bin/terrascan': 36 },
    user: 31,
    ports: [38],
  },
  {
    file: 'GoogleCloudPlatform__microservices-demo__src~cartservice~src~Dockerfile',
    context: ['cartservice.csproj'],
    tools: ['cartservice'],
    runs: [],
    copies: { 'app/cartservice': 39 },
    user: 43,
    ports: [40],
  },
  {
    file: 'alexellis__docker-arm__images~armhf~nginx-helloworld~Dockerfile',
    context: ['raspberrypi.conf'],
    runs: [2, 12],
    copies: { 'etc/nginx/conf.d/raspberrypi.conf': 8 },
    user: 1,
    ports: [10],
  },
  {
    file: 'open-telemetry__opentelemetry-demo__src~quote~Dockerfile',
    context: [
      'src/quote/composer.json',
      'src/quote/app/routes.php',
      'src/quote/public/index.php',
      'src/quote/src/Quote.php',
    ],
    tools: ['usr/bin/install-php-extensions', 'tmp/vendor/autoload.php'],
    runs: [25],
    copies: {
      'usr/local/bin/install-php-extensions': 23,
      'var/www/vendor/autoload.php': 31,
      'var/www/app/routes.php': 33,
      'var/www/public/index.php': 34,
      'var/www/src/Quote.php': 35,
    },
    user: 29,
    ports: [37],
  },
  {
    file: 'Wonderfall__dockerfiles__cryptpad~Dockerfile',
    context: ['run.sh'],
    runs: [9, 25],
    copies: { 'usr/local/bin/run.sh': 23 },
    user: 1,
    ports: [27],
  },
  {
    file: 'oracle__docker-images__OracleWebLogic~dockerfiles~14.1.1.0~Dockerfile.slim-8',
    context: [
      'fmw_14.1.1.0.0_wls_lite_slim_Disk1_1of1.zip',
      'install.file',
      'oraInst.loc',
      'container-scripts/createAndStartEmptyDomain.sh',
      'container-scripts/create-wls-domain.py',
      'container-scripts/get_healthcheck_url.sh',
    ],
    tools: ['u01/setup'],
    runs: [90, 101],
    copies: {
      'u01/setup': 95,
      'u01/install.file': 95,
      'u01/oraInst.loc': 95,
      'u01/oracle/createAndStartEmptyDomain.sh': 99,
      'u01/oracle/create-wls-domain.py': 99,
      'u01/oracle/get_healthcheck_url.sh': 99,
    },
    user: 104,
    ports: [],
  },
  {
    file: 'komljen__dockerfile-examples__hipache~Dockerfile',
    context: ['config.json', 'start.sh'],
    runs: [4, 10],
    copies: { 'config.json': 7, 'start.sh': 8 },
    user: 1,
    ports: [13],
  },
];
