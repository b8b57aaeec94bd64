# GitLab: the part of /etc/gitlab/gitlab.rb that tells tare of every push; then `gitlab-ctl reconfigure`.
registry['notifications'] = [
  {
    'name' => 'tare',
    'url' => 'https://tare.example.com/api/v1/hooks/gitlab',
    'timeout' => '5s',
    'threshold' => 5,
    'backoff' => '10s',
    'headers' => {
      'X-Gitlab-Token' => ['REPLACE_WITH_THE_TOKEN']
    }
  }
]
