#include "tests/support/durable_cluster.h"

#include <stdexcept>

#include "tests/support/process.h"

namespace clientele::testing {

TestCluster StartDurableCluster() {
  TestCluster cluster = TestCluster::Start();
  const CommandResult durable =
      RunCommand({"/usr/bin/env", "psql", cluster.conninfo(), "-c", "ALTER SYSTEM SET fsync = on",
                  "-c", "ALTER SYSTEM SET full_page_writes = on", "-c", "SELECT pg_reload_conf()"});
  if (durable.exit_code != 0) throw std::runtime_error(durable.output);
  return cluster;
}

}  // namespace clientele::testing
