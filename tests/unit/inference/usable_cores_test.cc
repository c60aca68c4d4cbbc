#include "common/inference/compute/usable_cores.h"

#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/temporary_folder.h"

namespace clientele::inference {
namespace {

// A "/" with the files of control groups.
class Root {
 public:
  explicit Root(const std::string& groups) { Write("proc/self/cgroup", groups); }
  void Write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    folder_.Write(path, content);
  }
  std::optional<double> quota() const { return CpuQuota(folder_.path()); }

 private:
  clientele::testing::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a container's limit is read where its group is the root") {
  Root root("0::/\n");
  root.Write("sys/fs/cgroup/cpu.max", "250000 100000\n");
  CHECK(root.quota() == 2.5);
}

TEST_CASE("the tightest limit counts, of the group or of one above it") {
  Root root("0::/kubepods/pod1/c1\n");
  root.Write("sys/fs/cgroup/kubepods/cpu.max", "800000 100000\n");
  root.Write("sys/fs/cgroup/kubepods/pod1/cpu.max", "150000 100000\n");
  root.Write("sys/fs/cgroup/kubepods/pod1/c1/cpu.max", "max 100000\n");
  CHECK(root.quota() == 1.5);
}

TEST_CASE("limits of control groups version 1 are read") {
  Root root("12:memory:/docker/c1\n4:cpu,cpuacct:/docker/c1\n0::/\n");
  root.Write("sys/fs/cgroup/cpu/docker/c1/cpu.cfs_quota_us", "300000\n");
  root.Write("sys/fs/cgroup/cpu/docker/c1/cpu.cfs_period_us", "100000\n");
  CHECK(root.quota() == 3.0);
}

TEST_CASE("a group whose path is the host's is found at the mount's root") {
  Root root("4:cpu,cpuacct:/docker/c1\n");
  root.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
  root.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK(root.quota() == 0.5);
}

TEST_CASE("no limit is no quota") {
  Root unlimited("4:cpu,cpuacct:/\n0::/\n");
  unlimited.Write("sys/fs/cgroup/cpu.max", "max 100000\n");
  unlimited.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  unlimited.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  CHECK(unlimited.quota() == std::nullopt);
  CHECK(Root("0::/nowhere\n").quota() == std::nullopt);
  CHECK(Root("").quota() == std::nullopt);
}

TEST_CASE("files that are no limits are passed over") {
  for (const char* content : {"", "100000", "many 100000", "100000 0", "-5 100000"}) {
    INFO(content);
    Root root("no group\n0::/\n");
    root.Write("sys/fs/cgroup/cpu.max", content);
    CHECK(root.quota() == std::nullopt);
  }
}

TEST_CASE("this process may use at least one core and no more than the machine has") {
  CHECK(UsableCores() >= 1);
  CHECK(UsableCores() <= static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace clientele::inference
