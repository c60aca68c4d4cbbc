// Who calls and what they may do, through a server.

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/auth/principal.h"
#include "common/rpc/auth_middleware.h"
#include "common/rpc/client_context.h"
#include "common/status/error_details.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

using auth::Principal;
using auth::Role;

// SHA-256 of "sesame", "gateway-secret" and "feed-secret", by Python's hashlib.
constexpr char kTokens[] =
    "crm:agent:d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272\n"
    "gateway:service:1e0baae50a6e2006d894f9e64c53a1317e6032f4ba67df08199d5378c5948ce6:delegate\n"
    "qa-service:service:4bc7089f2b26791c803bafd109d8433a6cd22c42477c8af3ae172fa875096dde\n";

// A file that goes with its owner.
class TokensFile {
 public:
  TokensFile() : path_(absl::StrCat("/tmp/clientele-tokens-", getpid())) {
    std::ofstream(path_) << kTokens;
  }
  ~TokensFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

// A server with these tokens that remembers who called GetCustomer.
class GuardedServer {
 public:
  GuardedServer() : server({.auth_tokens_file = file_.path()}) {
    server.service->get_customer = [this](const RequestContext& context,
                                          const v1::GetCustomerRequest&) {
      caller_.Set(context.caller);
      return v1::Customer();
    };
    server.service->stream_changes = [](const RequestContext&, const v1::StreamChangesRequest&,
                                        StreamWriter<v1::StreamChangesResponse>&) {
      return absl::OkStatus();
    };
  }
  // Whom the last served call counted as.
  Principal caller() const { return caller_.Get(); }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  absl::Status Get(Headers headers) { return server.Get("x", headers).status; }

  absl::Status StreamChanges(const std::string& token) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    const auto reader = server.stub->StreamChanges(&context, v1::StreamChangesRequest());
    v1::StreamChangesResponse response;
    while (reader->Read(&response)) {
    }
    return FromGrpcStatus(reader->Finish());
  }

 private:
  const TokensFile file_;
  Seen<Principal> caller_;

 public:
  TestServer server;
};

TEST_CASE("only callers with a token are served, under their name and role") {
  GuardedServer guarded;
  for (const char* header : {"", "sesame", "Bearer", "Bearer ", "Bearer wrong", "Basic sesame"}) {
    CAPTURE(header);
    const absl::Status status = guarded.Get({{"authorization", header}});
    CHECK(absl::IsUnauthenticated(status));
    CHECK(GetReason(status) == reason::kUnauthenticated);
    CHECK(guarded.caller() == Principal());
  }
  CHECK(absl::IsUnauthenticated(guarded.Get({})));
  CHECK(guarded.Get({{"authorization", "Bearer sesame"}}).ok());
  CHECK(guarded.caller() == Principal{.name = "crm", .role = Role::kAgent});
  CHECK(guarded.Get({{"authorization", "bearer sesame"}}).ok());
  std::string lines;
  for (const std::string& line : guarded.server.LogLines()) lines += line;
  CHECK_FALSE(absl::StrContains(lines, "sesame"));
  CHECK(absl::StrContains(lines, R"("role":"agent")"));
  CHECK_FALSE(absl::StrContains(lines, "anonymous_callers"));
}

TEST_CASE("a caller may call what its role may, unary or streaming") {
  GuardedServer guarded;
  const absl::Status refused = guarded.StreamChanges("sesame");
  CHECK(absl::IsPermissionDenied(refused));
  CHECK(GetReason(refused) == reason::kPermissionDenied);
  CHECK(guarded.StreamChanges("feed-secret").ok());
}

TEST_CASE("a method without a rule is refused, to anonymous admins too") {
  const auth::Policy empty({});
  TestServer server({.policy = &empty});
  const absl::Status refused = server.Get("x").status;
  CHECK(absl::IsPermissionDenied(refused));
  CHECK(GetReason(refused) == reason::kPermissionDenied);
}

TEST_CASE("a server without tokens says once that everybody is an admin") {
  TestServer server;
  CHECK(server.Get("x").status.ok());
  int lines = 0;
  for (const std::string& line : server.LogLines()) {
    if (absl::StrContains(line, "anonymous_callers")) {
      ++lines;
      CHECK(absl::StrContains(line, R"("role":"admin")"));
    }
  }
  CHECK(lines == 1);
}

TEST_CASE("a call on behalf of others counts as theirs, from a delegate alone") {
  GuardedServer guarded;
  RequestContext context;
  context.caller = {.name = "shop", .role = Role::kViewer};
  const auto call = [&](const std::string& token) {
    return CallUnary(*guarded.server.stub, &v1::ProfileService::StubInterface::GetCustomer, context,
                     v1::GetCustomerRequest(), {.bearer_token = token})
        .status();
  };
  CHECK(call("gateway-secret").ok());
  CHECK(guarded.caller() == Principal{.name = "shop", .role = Role::kViewer});
  CHECK(call("sesame").ok());
  CHECK(guarded.caller() == Principal{.name = "crm", .role = Role::kAgent});

  // The end caller's role decides, although the delegate itself might call.
  context.caller.role = Role::kMarketer;
  CHECK(absl::IsPermissionDenied(call("gateway-secret")));
  // Work of the gateway's own is done as the gateway.
  context.caller = Principal();
  CHECK(call("gateway-secret").ok());
  CHECK(guarded.caller() ==
        Principal{.name = "gateway", .role = Role::kService, .may_delegate = true});
  context.caller = {.name = "not a name", .role = Role::kViewer};
  CHECK(absl::IsInvalidArgument(call("gateway-secret")));
}

TEST_CASE("a caller that claims another role keeps its own") {
  GuardedServer guarded;
  CHECK(guarded
            .Get({{"authorization", "Bearer sesame"},
                  {"x-on-behalf-of", "boss"},
                  {"x-on-behalf-of-role", "admin"}})
            .ok());
  CHECK(guarded.caller() == Principal{.name = "crm", .role = Role::kAgent});
}

TEST_CASE("a delegate that says half of whom it calls for is refused") {
  GuardedServer guarded;
  const std::vector<GuardedServer::Headers> cases = {
      {{"x-on-behalf-of", "shop"}},
      {{"x-on-behalf-of-role", "viewer"}},
      {{"x-on-behalf-of", "shop"}, {"x-on-behalf-of-role", "none"}},
      {{"x-on-behalf-of", "shop"}, {"x-on-behalf-of-role", "emperor"}},
  };
  for (GuardedServer::Headers headers : cases) {
    headers.emplace_back("authorization", "Bearer gateway-secret");
    CHECK(absl::IsInvalidArgument(guarded.Get(headers)));
  }
}

}  // namespace
}  // namespace clientele::rpc::testing
