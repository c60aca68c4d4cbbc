#include "tests/support/test_cluster.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/support/cluster_script.h"

namespace clientele::testing {

TestCluster::TestCluster(std::string folder, std::string conninfo)
    : folder_(std::move(folder)), conninfo_(std::move(conninfo)) {}

TestCluster TestCluster::Start() {
  char folder[] = "/tmp/clientele-state-XXXXXX";
  if (mkdtemp(folder) == nullptr) throw std::runtime_error("cannot make a folder under /tmp");
  TestCluster cluster(folder, "");
  cluster.conninfo_ = RunClusterScript("start-own", folder);
  return cluster;
}

TestCluster::TestCluster(TestCluster&& other) noexcept
    : folder_(std::exchange(other.folder_, "")), conninfo_(std::move(other.conninfo_)) {}

TestCluster::~TestCluster() {
  if (folder_.empty()) return;
  try {
    RunClusterScript("stop-own", folder_);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the test's PostgreSQL stays: %s\n", error.what());
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TestCluster::Stop() { RunClusterScript("crash", folder_); }

void TestCluster::Restart() { RunClusterScript("resume", folder_); }

}  // namespace clientele::testing
