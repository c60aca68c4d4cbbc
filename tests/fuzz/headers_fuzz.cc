// What stands beside a request: the tokens file in the first part, one header a line in the rest.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_split.h"

#include "common/auth/static_tokens.h"
#include "common/rpc/auth_middleware.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/trace_middleware.h"
#include "common/status/error_details.h"
#include "common/telemetry/trace.h"
#include "tests/fuzz/require.h"

namespace {

using clientele::fuzz::Require;
namespace rpc = clientele::rpc;
namespace telemetry = clientele::telemetry;

void CheckTrace(const rpc::Call& call) {
  const std::string written = telemetry::FormatTraceparent(call.context.trace);
  const auto read = telemetry::ParseTraceparent(written);
  Require(read.has_value() && telemetry::FormatTraceparent(*read) == written,
          "a trace can be handed on");
  const auto parent = telemetry::ParseTraceparent(call.Header("traceparent"));
  Require(!parent || (parent->trace_id == call.context.trace.trace_id &&
                      parent->sampled == call.context.trace.sampled),
          "a trace goes on");
  Require(!call.context.request_id.empty() && call.context.request_id.size() <= 128,
          "a request id is bounded");
  Require(call.context.purpose.size() <= 64, "a purpose is bounded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(input, absl::MaxSplits("\n\n", 1));

  std::multimap<grpc::string_ref, grpc::string_ref> headers;
  for (const absl::string_view line : absl::StrSplit(parts.second, '\n')) {
    const std::pair<absl::string_view, absl::string_view> header =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    headers.emplace(grpc::string_ref(header.first.data(), header.first.size()),
                    grpc::string_ref(header.second.data(), header.second.size()));
  }
  rpc::Call call;
  call.headers = &headers;
  Require(rpc::TraceMiddleware().OnStart(call).ok(), "no trace refuses a call");
  CheckTrace(call);

  auto tokens = clientele::auth::StaticTokens::Parse(parts.first);
  if (!tokens.ok()) {
    Require(absl::IsInvalidArgument(tokens.status()), "a wrong tokens file is bad input");
    return 0;
  }
  const absl::Status entered =
      rpc::AuthMiddleware(std::make_unique<const clientele::auth::StaticTokens>(*std::move(tokens)))
          .OnStart(call);
  if (entered.ok()) {
    Require(rpc::CheckResourceId(call.context.caller.name, "caller").ok(), "a caller has a name");
    Require(call.context.caller.role != clientele::auth::Role::kNone, "a caller has a role");
  } else {
    Require(absl::IsUnauthenticated(entered) || !clientele::GetFieldViolations(entered).empty(),
            "who is refused learns why");
  }
  return 0;
}
