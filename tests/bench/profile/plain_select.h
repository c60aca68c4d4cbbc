#ifndef CLIENTELE_TESTS_BENCH_PROFILE_PLAIN_SELECT_H_
#define CLIENTELE_TESTS_BENCH_PROFILE_PLAIN_SELECT_H_

#include <memory>
#include <string>

namespace clientele::profile {

// One row by its key, as fast as libpq gives it: a prepared statement on a connection of its own,
// and no transaction around it. Throws where it fails.
class PlainSelect {
 public:
  // `sql` has one parameter, a text.
  PlainSelect(const std::string& conninfo, const std::string& sql);
  ~PlainSelect();

  // Throws unless there is one row.
  void Run(const std::string& key);

 private:
  struct Connection;
  const std::unique_ptr<Connection> connection_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_BENCH_PROFILE_PLAIN_SELECT_H_
