#include "common/rpc/models_rpc.h"

#include "absl/strings/str_cat.h"

#include "common/rpc/client_context.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

enum class FakeState { kFound, kServing, kRejected, kWaiting };
struct FakeReport {
  std::string version;
  FakeState state = FakeState::kFound;
  std::string reason = {};
  std::string label = {};
};
struct FakeHandle {
  std::string name() const { return "factorization"; }
  std::vector<FakeReport> Versions() const {
    return {{"3", FakeState::kRejected, "its golden examples differ", "stable"},
            {"2", FakeState::kServing, "", "stable"},
            {"1"}};
  }
};

// A host whose recommend-service has one model.
struct ModelServer {
  ModelServer() {
    REQUIRE(host->Start().ok());
    stub = model::v1::ModelService::NewStub(host->InProcessChannel());
  }
  ~ModelServer() { host->Stop(); }
  absl::StatusOr<model::v1::ListModelsResponse> List(const std::string& parent, int page_size = 0,
                                                     const std::string& page_token = "") {
    model::v1::ListModelsRequest request;
    request.set_parent(parent);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return CallUnary(*stub, &model::v1::ModelService::StubInterface::ListModels, RequestContext(),
                     request);
  }

  std::unique_ptr<ServerHost> host = *ServerHost::Create({.listen = false});
  const FakeHandle handle = {};
  ModelsRpc rpc{*host, "recommend", VersionsOf(handle)};
  std::unique_ptr<model::v1::ModelService::Stub> stub;
};

TEST_CASE("models are listed with what became of each version") {
  ModelServer server;
  const auto models = server.List("services/recommend");
  REQUIRE(models.ok());
  REQUIRE(models->model_versions_size() == 3);
  const model::v1::ModelVersion& rejected = models->model_versions(0);
  CHECK(rejected.name() == "services/recommend/models/factorization/versions/3");
  CHECK(rejected.model() == "factorization");
  CHECK(rejected.version() == "3");
  CHECK(rejected.state() == model::v1::ModelVersion::STATE_REJECTED);
  CHECK(rejected.reject_reason() == "its golden examples differ");
  CHECK(models->model_versions(1).state() == model::v1::ModelVersion::STATE_SERVING);
  CHECK(models->model_versions(1).label() == "stable");
  CHECK(models->model_versions(2).state() == model::v1::ModelVersion::STATE_FOUND);
  CHECK(models->next_page_token().empty());
}

TEST_CASE("versions that are kept aside stand among the others, by version") {
  struct Kept {
    std::string version, reason;
  };
  std::vector<ListedVersion> list(1);
  list[0].model = "ranker";
  list[0].version = "9";
  ListVersions(FakeHandle(), list);
  ListKeptAside<Kept>("factorization", {{"10", "worse"}, {"2", "worse too"}}, list);
  std::string order;
  for (const ListedVersion& one : list) absl::StrAppend(&order, one.model, "/", one.version, " ");
  CHECK(order ==
        "ranker/9 factorization/10 factorization/3 factorization/2 factorization/2 "
        "factorization/1 ");
  CHECK(list[1].state == model::v1::ModelVersion::STATE_KEPT_ASIDE);
  CHECK(list[1].reason == "worse");
}

TEST_CASE("models come in pages") {
  ModelServer server;
  const auto first = server.List("services/recommend", 2);
  REQUIRE(first.ok());
  CHECK(first->model_versions_size() == 2);
  const auto second = server.List("services/recommend", 2, first->next_page_token());
  REQUIRE(second.ok());
  REQUIRE(second->model_versions_size() == 1);
  CHECK(second->model_versions(0).version() == "1");
  CHECK(second->next_page_token().empty());
}

TEST_CASE("models of another service, and strange pages, are refused") {
  ModelServer server;
  CHECK(absl::IsInvalidArgument(server.List("services/qa").status()));
  CHECK(absl::IsInvalidArgument(server.List("").status()));
  CHECK(absl::IsInvalidArgument(server.List("services/recommend", -1).status()));
  CHECK(absl::IsInvalidArgument(server.List("services/recommend", 0, "x").status()));
  CHECK(server.List("services/recommend", 0, "99")->model_versions().empty());
}

}  // namespace
}  // namespace clientele::rpc::testing
