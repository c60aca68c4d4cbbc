#include "tests/unit/layering/allow_list.h"

namespace clientele::layering {
namespace {

// No absl/synchronization: own code uses std::mutex. Test frameworks are no family at all.
std::vector<HeaderFamily> Families() {
  return {
      {"absl",
       {"absl/algorithm/", "absl/cleanup/", "absl/container/", "absl/functional/", "absl/random/",
        "absl/status/", "absl/strings/", "absl/time/", "absl/types/"}},
      {"grpc", {"grpc/", "grpcpp/", "*.grpc.pb.h"}},
      {"model-proto", {"clientele/model/v1/"}},
      {"protos",
       {"clientele/gateway/v1/", "clientele/profile/v1/", "clientele/qa/v1/",
        "clientele/recommend/v1/", "google/longrunning/", "google/rpc/"}},
      {"protobuf", {"google/protobuf/"}},
      {"pqxx", {"pqxx/"}},
      {"torch", {"ATen/", "c10/", "caffe2/", "torch/"}},
      {"onednn", {"oneapi/dnnl/"}},
      {"openblas", {"cblas.h"}},
      {"opencv", {"opencv2/"}},
      {"icu", {"unicode/"}},
      {"stemmer", {"libstemmer.h"}},
      {"json", {"nlohmann/"}},
      {"csv", {"csv.h"}},
      {"zlib", {"zlib.h"}},
      {"cli", {"CLI/"}},
      {"spdlog", {"spdlog/"}},
      {"prometheus", {"prometheus/"}},
      {"microhttpd", {"microhttpd.h"}},
      {"openssl", {"openssl/"}},
      {"sodium", {"sodium.h"}},
      {"posix",
       {"arpa/", "dlfcn.h", "fcntl.h", "netinet/", "poll.h", "sched.h", "sys/", "unistd.h"}},
  };
}

std::vector<FolderRule> Common() {
  return {
      {"common/status", {}, {"absl"}},
      {"common/time", {}, {"absl"}},
      {"common/flags", {}, {"absl", "cli"}},
      {"common/executor", {"common/status"}, {"absl"}},
      {"common/telemetry",
       {"common/executor"},
       {"absl", "json", "microhttpd", "posix", "prometheus", "spdlog"}},
      {"common/batching", {"common/status", "common/time"}, {"absl"}},
      {"common/crypto", {"common/status"}, {"absl", "openssl", "posix", "sodium"}},
      {"common/text", {}, {"absl", "icu", "stemmer"}},
      {"common/text/tokenizer", {"common/status", "common/text"}, {"absl", "icu", "json"}},
      {"common/topk", {}, {"absl", "openblas"}},
      {"common/csv", {"common/status", "common/text"}, {"absl", "csv", "zlib"}},
      {"common/postgres",
       {"common/executor", "common/status", "common/time"},
       {"absl", "posix", "pqxx"}},
      {"common/database",
       {"common/flags", "common/postgres", "common/status", "common/telemetry", "common/time"},
       {"absl"}},
      {"common/idempotency",
       {"common/crypto", "common/postgres", "common/status", "common/time"},
       {"absl"}},
      {"common/operations",
       {"common/crypto", "common/executor", "common/postgres", "common/status", "common/time"},
       {"absl", "posix"}},
      {"common/changefeed", {"common/executor", "common/status", "common/time"}, {"absl"}},
      {"common/rpc",
       {"common/changefeed", "common/executor", "common/flags", "common/idempotency",
        "common/status", "common/telemetry", "common/time"},
       {"absl", "grpc", "openssl", "posix", "protobuf", "protos"}},
      {"common/process",
       {"common/changefeed", "common/database", "common/executor", "common/postgres", "common/rpc",
        "common/status", "common/telemetry", "common/time"},
       {"absl"}},
      {"common/inference", {}, {"absl", "torch"}},
      {"common/inference/bundle",
       {"common/crypto", "common/status", "common/text", "common/text/tokenizer"},
       {"absl", "model-proto", "posix", "protobuf", "torch"}},
      {"common/inference/compute", {"common/status", "common/time"}, {"absl", "posix", "torch"}},
      {"common/inference/torchscript/kernels",
       {"common/inference/bundle"},
       {"absl", "onednn", "openblas"}},
      {"common/inference/torchscript",
       {"common/inference", "common/inference/bundle", "common/inference/compute",
        "common/inference/torchscript/kernels", "common/status"},
       {"absl", "model-proto", "torch"}},
      {"common/inference/versions",
       {"common/crypto", "common/inference", "common/inference/bundle",
        "common/inference/torchscript", "common/status"},
       {"absl", "json", "model-proto", "posix", "protobuf", "torch"}},
      {"common/inference/generation",
       {"common/executor", "common/inference", "common/inference/bundle",
        "common/inference/torchscript/kernels", "common/inference/versions", "common/status",
        "common/time"},
       {"absl", "torch"}},
      {"common/inference/tasks",
       {"common/batching", "common/executor", "common/inference", "common/inference/bundle",
        "common/inference/versions", "common/status", "common/time"},
       {"absl", "torch"}},
      {"common/inference/serving",
       {"common/batching", "common/crypto", "common/flags", "common/inference/compute",
        "common/inference/generation", "common/inference/tasks", "common/inference/versions",
        "common/status", "common/telemetry", "common/time"},
       {"absl"}},
      {"common/modeling/checkpoint", {"common/status"}, {"absl", "json", "posix", "torch"}},
      {"common/modeling/architectures",
       {"common/inference/bundle", "common/modeling/checkpoint", "common/status"},
       {"absl", "model-proto", "torch"}},
  };
}

std::vector<FolderRule> Services() {
  return {
      {"services/{service}/main.cc",
       {"common/database", "common/flags", "common/inference/serving", "common/rpc",
        "common/status", "services/{service}"},
       {"absl"}},
      {"services/{service}",
       {"common/crypto", "common/database", "common/flags", "common/idempotency",
        "common/inference/compute", "common/inference/serving", "common/operations",
        "common/postgres", "common/process", "common/rpc", "common/status", "common/telemetry",
        "common/time", "services/{service}/core", "services/{service}/model",
        "services/{service}/rpc", "services/{service}/store", "services/{service}/training",
        "services/{service}/upstream"},
       {"absl"}},
      {"services/{service}/core/**",
       {"common/batching", "common/executor", "common/idempotency/mutation_id.h", "common/status",
        "common/text", "common/time", "common/topk"},
       {"absl"}},
      {"services/gateway-service/rpc/**",
       {"common/rpc", "common/status", "services/gateway-service/core",
        "services/gateway-service/upstream"},
       {"absl", "grpc"}},
      {"services/{service}/rpc/**",
       {"common/rpc", "common/status", "services/{service}/core"},
       {"absl", "grpc", "protobuf", "protos"}},
      {"services/{service}/store/**",
       {"common/changefeed", "common/crypto", "common/executor", "common/idempotency",
        "common/operations", "common/postgres", "common/status", "common/text", "common/time",
        "services/{service}/core"},
       {"absl", "json"}},
      {"services/{service}/model/**",
       {"common/inference", "common/inference/bundle", "common/inference/tasks",
        "common/inference/versions", "common/status", "common/telemetry",
        "services/{service}/core"},
       {"absl", "json", "torch"}},
      {"services/{service}/training/**",
       {"common/crypto", "common/inference/bundle", "common/inference/compute",
        "common/inference/versions", "common/modeling/architectures", "common/modeling/checkpoint",
        "common/status", "common/time", "services/{service}/core"},
       {"absl", "json", "torch"}},
      {"services/{service}/upstream/**",
       {"common/executor", "common/rpc", "common/status", "services/{service}/core"},
       {"absl", "grpc", "protobuf", "protos"}},
  };
}

std::vector<FolderRule> Tools() {
  return {
      {"tools/clientele/**",
       {"common/crypto", "common/csv", "common/executor", "common/flags", "common/rpc",
        "common/status", "common/text", "common/time"},
       {"absl", "cli", "grpc", "json", "posix", "protobuf", "protos"}},
      {"tools/clientele-models/**",
       {"common/crypto", "common/inference/bundle", "common/inference/compute",
        "common/inference/generation", "common/inference/torchscript", "common/inference/versions",
        "common/modeling/architectures", "common/modeling/checkpoint", "common/status",
        "common/text", "common/text/tokenizer"},
       {"absl", "cli", "json", "model-proto", "posix", "protobuf", "torch"}},
      {"tools/sample-data/**", {"common/status"}, {"absl", "cli", "opencv"}},
  };
}

}  // namespace

const AllowList& ProjectAllowList() {
  static const AllowList& list = *[] {
    auto* made = new AllowList{.families = Families(), .rules = Common()};
    for (const auto& part : {Services(), Tools()}) {
      made->rules.insert(made->rules.end(), part.begin(), part.end());
    }
    return made;
  }();
  return list;
}

}  // namespace clientele::layering
