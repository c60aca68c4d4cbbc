#ifndef CLIENTELE_COMMON_SERVICE_OPTIONS_H_
#define CLIENTELE_COMMON_SERVICE_OPTIONS_H_

// What every service that stores things, runs models or follows customers is told.
// Members of the services' ServerOptions; flags.h reads them.
//
//   struct ServerOptions {
//     rpc::ServerHost::Options host;
//     service::DatabaseOptions database;
//     service::ModelOptions models;
//     ...  // what is the service's own
//   };

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace clientele::service {

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

struct ModelOptions {
  // Folder of model bundles.
  std::string model_dir = "deploy/models";
  // The key that their signatures must hold for. Empty: the service says whether it
  // does without models.
  std::string public_key_file = {};
  // "cpu", "cuda", "cuda:N", or "auto": the first GPU where there is one.
  std::string device = "cpu";
  // "fp32", "int8", "bf16" or "fp16": how linear layers compute. Empty: as each bundle asks.
  std::string precision = {};
  // Cores that all models of the process compute on together; 0: those that it may use by
  // CPU affinity and control group.
  int cores = 0;
  // Threads of one call of a model, at most `cores`; 0: all of them.
  int compute_threads = 1;
  // How often the folder is looked at for new versions; 0: only at the start.
  absl::Duration refresh_interval = absl::Seconds(1);
};

// What one of the models gets of the process's cores.
struct ModelShare {
  // Batches computed at the same time, where the model has a scheduler; at least 1. On the
  // CPU, instances x threads are at most `cores`.
  std::size_t instances = 1;
  // One thread for each call instead of `compute_threads`: for models that are too small
  // for more.
  bool single_thread = false;
};

// Whose change feed is followed.
struct ProfileFeedOptions {
  // gRPC target of profile-service; empty: no feed is followed.
  std::string address = "127.0.0.1:50051";
  // File with the bearer token that profile-service asks for; empty: none is sent.
  std::string token_file = {};
};

}  // namespace clientele::service

#endif  // CLIENTELE_COMMON_SERVICE_OPTIONS_H_
