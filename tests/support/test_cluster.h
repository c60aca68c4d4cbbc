#ifndef CLIENTELE_TESTS_SUPPORT_TEST_CLUSTER_H_
#define CLIENTELE_TESTS_SUPPORT_TEST_CLUSTER_H_

#include <string>

namespace clientele::testing {

// A PostgreSQL server of one test case's own, for tests that stop it.
//
//   TestCluster cluster = TestCluster::Start();
//   ...
//   cluster.Stop();     // as a crash would: connections are cut
//   cluster.Restart();  // same data, same address
//
// Takes seconds to make; use TestDatabase where the server is not harmed. The
// folder and the server go with the object.
class TestCluster {
 public:
  static TestCluster Start();
  ~TestCluster();
  TestCluster(TestCluster&&) noexcept;
  TestCluster& operator=(TestCluster&&) = delete;

  // An empty database of the cluster.
  const std::string& conninfo() const { return conninfo_; }
  // Stops the server at once (pg_ctl -m immediate).
  void Stop();
  // Starts the stopped server again.
  void Restart();

 private:
  TestCluster(std::string folder, std::string conninfo);

  std::string folder_;
  std::string conninfo_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_TEST_CLUSTER_H_
