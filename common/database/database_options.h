#ifndef CLIENTELE_COMMON_DATABASE_DATABASE_OPTIONS_H_
#define CLIENTELE_COMMON_DATABASE_DATABASE_OPTIONS_H_

#include <cstddef>
#include <string>

namespace clientele::database {

struct DatabaseOptions {
  // File with the PostgreSQL connection string; empty: it is in the environment
  // variable CLIENTELE_DATABASE_URL.
  std::string url_file = {};
  // Connections at most. Workers beyond that wait for one.
  std::size_t connections = 12;
  // Key ring that encrypts personal data at rest. Empty: the service says whether it
  // does without.
  std::string data_key_file = {};
};

}  // namespace clientele::database

#endif  // CLIENTELE_COMMON_DATABASE_DATABASE_OPTIONS_H_
