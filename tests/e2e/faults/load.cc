#include "tests/e2e/faults/load.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <stdexcept>
#include <utility>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/support/eventually.h"

namespace clientele::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kBatchEvents = 20;
constexpr int kItems = 8;
constexpr int kBatchesPerCustomer = 10;
// Read, and asked recommendations for.
constexpr char kCustomer[] = "regular";
constexpr seconds kFinishTimeout(120);

std::string ItemName(std::int64_t i) { return "items/fault-" + std::to_string(i % kItems); }

// Whose events a batch of a writer has.
std::string CustomerOf(const std::string& writer, std::int64_t batch) {
  return writer + "-c" + std::to_string(batch / kBatchesPerCustomer);
}

profile::v1::Event PurchaseOf(const std::string& customer, std::int64_t i) {
  profile::v1::Event event;
  event.set_customer("customers/" + customer);
  event.set_event_id("e" + std::to_string(i));
  event.set_type(profile::v1::EVENT_TYPE_PURCHASE);
  event.mutable_event_time()->set_seconds(1'780'000'000 + i);
  event.set_item(ItemName(i));
  event.set_quantity(1);
  event.set_amount_micros(1'000'000);
  event.set_currency_code("GBP");
  return event;
}

// Purchases that recommend-service knows of; fewer than there are while it is away.
std::int64_t Followed(recommend::v1::RecommendService::Stub& stub) {
  std::int64_t followed = 0;
  for (int i = 0; i < kItems; ++i) {
    grpc::ClientContext context;
    recommend::v1::GetItemStatisticsRequest request;
    request.set_name(ItemName(i) + "/statistics");
    recommend::v1::ItemStatistics statistics;
    const grpc::Status status = stub.GetItemStatistics(&context, request, &statistics);
    if (status.ok()) followed += statistics.purchase_count();
  }
  return followed;
}

grpc::Status CreateCustomer(profile::v1::ProfileService::Stub& stub, grpc::ClientContext& context,
                            const std::string& id) {
  profile::v1::CreateCustomerRequest request;
  request.set_customer_id(id);
  request.set_request_id("create-" + id);
  request.mutable_customer()->set_display_name("Ada");
  profile::v1::Customer response;
  return stub.CreateCustomer(&context, request, &response);
}

}  // namespace

Load::Load(std::shared_ptr<grpc::Channel> channel, LoadOptions options)
    : channel_(std::move(channel)), options_(options) {
  const auto profiles = profile::v1::ProfileService::NewStub(channel_);
  const auto recommends = recommend::v1::RecommendService::NewStub(channel_);
  for (int i = 0; i < options_.writers; ++i) {
    writers_.push_back(std::make_unique<Writer>());
    writers_.back()->name = "w" + std::to_string(i);
  }
  {
    grpc::ClientContext context;
    const grpc::Status status = CreateCustomer(*profiles, context, kCustomer);
    if (!status.ok()) throw std::runtime_error("no customer: " + status.error_message());
  }
  for (int i = 0; i < kItems; ++i) {
    grpc::ClientContext context;
    recommend::v1::CreateItemRequest request;
    request.set_item_id(ItemName(i).substr(6));
    request.set_request_id(ItemName(i));
    request.mutable_item()->set_title("item " + std::to_string(i));
    recommend::v1::Item item;
    const grpc::Status status = recommends->CreateItem(&context, request, &item);
    if (!status.ok()) throw std::runtime_error("no item: " + status.error_message());
  }

  AddCallers("write", options_.writers, [this](int i) {
    return [this, i](Caller& caller) { Write(caller, *writers_[static_cast<std::size_t>(i)]); };
  });
  AddCallers("read", options_.readers, [this](int) {
    return [this](Caller& caller) {
      const auto stub = profile::v1::ProfileService::NewStub(channel_);
      profile::v1::GetProfileRequest request;
      request.set_name(std::string("customers/") + kCustomer + "/profile");
      profile::v1::Profile response;
      Call(
          caller, "GetProfile",
          [&](auto& context) { return stub->GetProfile(&context, request, &response); },
          [&] { return response.name() == request.name() ? "" : "a profile without its name"; });
    };
  });
  AddCallers("ask", options_.askers, [this](int) {
    return [this](Caller& caller) {
      const auto stub = qa::v1::QaService::NewStub(channel_);
      qa::v1::AskRequest request;
      request.set_question("How do I return an order?");
      qa::v1::AskResponse response;
      Call(
          caller, "Ask", [&](auto& context) { return stub->Ask(&context, request, &response); },
          [&] {
            return response.state() == qa::v1::ANSWER_STATE_UNSPECIFIED ? "an answer without state"
                                                                        : "";
          });
    };
  });
  AddCallers("recommend", options_.recommenders, [this](int) {
    return [this](Caller& caller) {
      const auto stub = recommend::v1::RecommendService::NewStub(channel_);
      recommend::v1::RecommendRequest request;
      request.set_customer(std::string("customers/") + kCustomer);
      request.set_include_purchased(true);
      recommend::v1::RecommendResponse response;
      Call(
          caller, "Recommend",
          [&](auto& context) { return stub->Recommend(&context, request, &response); },
          [&] { return response.recommendations().empty() ? "nothing was recommended" : ""; });
    };
  });
  AddCallers("train", options_.trainers,
             [this](int) { return [this](Caller& caller) { Train(caller); }; });
}

Load::~Load() {
  {
    std::lock_guard lock(mutex_);
    phase_ = Phase::kStopping;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Load::AddCallers(const std::string& kind, int count,
                      const std::function<std::function<void(Caller&)>(int)>& make_turn) {
  for (int i = 0; i < count; ++i) {
    callers_.push_back(std::make_unique<Caller>());
    callers_.back()->kind = kind;
    callers_.back()->turn = make_turn(i);
  }
}

void Load::Start() {
  for (const auto& caller : callers_) {
    threads_.emplace_back([this, raw = caller.get()] { Run(*raw); });
  }
  threads_.emplace_back([this] { WatchChannel(); });
}

void Load::Run(Caller& caller) {
  while (true) {
    {
      std::lock_guard lock(mutex_);
      if (phase_ != Phase::kRunning) return;
    }
    caller.turn(caller);
  }
}

bool Load::Finish() {
  {
    std::lock_guard lock(mutex_);
    if (phase_ == Phase::kRunning) phase_ = Phase::kFinishing;
  }
  const bool idle = Eventually(kFinishTimeout, [this] {
    for (const auto& caller : callers_) {
      if (!caller->idle) return false;
    }
    return true;
  });
  {
    std::lock_guard lock(mutex_);
    phase_ = Phase::kStopping;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return idle;
}

// Connections of a process that serves nothing move only while somebody waits on them,
// and calls that fail at once do not.
void Load::WatchChannel() {
  while (!stopping()) {
    channel_->WaitForStateChange(channel_->GetState(true),
                                 std::chrono::system_clock::now() + milliseconds(200));
  }
}

bool Load::stopping() const {
  std::lock_guard lock(mutex_);
  return phase_ == Phase::kStopping;
}

void Load::Pause(milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return phase_ == Phase::kStopping; });
}

std::map<std::string, int> Load::failures() const {
  std::lock_guard lock(mutex_);
  return failures_;
}

std::vector<std::string> Load::wrongs() const {
  std::lock_guard lock(mutex_);
  return wrongs_;
}

bool Load::WaitForAnswers(milliseconds timeout) {
  std::vector<std::int64_t> before;
  // The answer after next belongs to a call that began after now.
  for (const auto& caller : callers_) before.push_back(caller->answered + 2);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  const auto waits = [&](std::size_t i) {
    return callers_[i]->kind != "train" && callers_[i]->answered < before[i];
  };
  const bool answered = changed_.wait_until(lock, deadline, [&] {
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      if (waits(i)) return false;
    }
    return true;
  });
  for (std::size_t i = 0; i < callers_.size(); ++i) {
    if (waits(i)) std::cerr << "not answered: a caller of kind " << callers_[i]->kind << "\n";
  }
  return answered;
}

grpc::Status Load::Call(Caller& caller, const char* method,
                        const std::function<grpc::Status(grpc::ClientContext&)>& call,
                        const std::function<std::string()>& check) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  const grpc::Status status = call(context);
  std::string wrong;
  if (status.ok()) {
    if (check) wrong = check();
  } else {
    // Without details it is the caller's own channel that speaks.
    const bool own = status.error_details().empty();
    const absl::Status cause = rpc::FromGrpcStatus(status);
    const std::string text = std::string(method) + " " + absl::StatusCodeToString(cause.code()) +
                             " " + (own ? "(no gateway)" : GetReason(cause));
    const bool expected = absl::IsUnavailable(cause) || absl::IsDeadlineExceeded(cause) ||
                          absl::IsResourceExhausted(cause);
    if (!expected) wrong = text + ": " + status.error_message();
    if (absl::IsUnavailable(cause) && !own && !GetRetryDelay(cause)) {
      wrong = text + " without advice when to try again";
    }
    std::lock_guard lock(mutex_);
    ++failures_[text];
  }
  {
    std::lock_guard lock(mutex_);
    if (!wrong.empty()) wrongs_.push_back(wrong);
    if (status.ok()) {
      ++caller.answered;
      ++answered_;
    }
  }
  changed_.notify_all();
  if (!status.ok()) Pause(milliseconds(20));
  return status;
}

void Load::Write(Caller& caller, Writer& writer) {
  const auto stub = profile::v1::ProfileService::NewStub(channel_);
  const std::string customer = CustomerOf(writer.name, writer.batches);
  caller.idle = false;
  if (writer.batches % kBatchesPerCustomer == 0) {
    while (!stopping() && !Call(caller, "CreateCustomer", [&](auto& context) {
                             return CreateCustomer(*stub, context, customer);
                           }).ok()) {
    }
    if (!stopping()) ++acknowledged_;
  }
  profile::v1::BatchCreateEventsRequest request;
  request.set_request_id(writer.name + "-" + std::to_string(writer.batches));
  for (std::int64_t i = 0; i < kBatchEvents; ++i) {
    *request.add_events() = PurchaseOf(customer, writer.batches * kBatchEvents + i);
  }
  while (!stopping()) {
    profile::v1::BatchCreateEventsResponse response;
    const grpc::Status status = Call(
        caller, "BatchCreateEvents",
        [&](auto& context) { return stub->BatchCreateEvents(&context, request, &response); },
        [&] {
          return response.created_count() == kBatchEvents && response.duplicate_count() == 0
                     ? ""
                     : "a batch was not answered as the first time";
        });
    if (!status.ok()) continue;
    ++writer.batches;
    acknowledged_ += kBatchEvents;
    break;
  }
  caller.idle = true;
}

void Load::Train(Caller& caller) {
  const auto recommends = recommend::v1::RecommendService::NewStub(channel_);
  if (trainings_ == 0 && Followed(*recommends) == 0) return Pause(milliseconds(20));
  const auto operations = google::longrunning::Operations::NewStub(channel_);
  recommend::v1::TrainModelRequest request;
  request.mutable_factorization()->set_factors(4);
  request.mutable_factorization()->set_epochs(5);
  request.set_request_id("train-" + std::to_string(trainings_++));
  google::longrunning::Operation operation;
  caller.idle = false;
  while (!stopping() && !Call(caller, "TrainModel", [&](auto& context) {
                           return recommends->TrainModel(&context, request, &operation);
                         }).ok()) {
  }
  if (!stopping()) ++acknowledged_;
  while (!stopping() && !operation.done()) {
    Pause(milliseconds(100));
    google::longrunning::GetOperationRequest get;
    get.set_name(operation.name());
    Call(
        caller, "GetOperation",
        [&](auto& context) { return operations->GetOperation(&context, get, &operation); },
        [&] {
          return operation.has_error() ? "a training failed: " + operation.error().message() : "";
        });
  }
  caller.idle = true;
}

namespace {

// The events `first` and on, `expected` of them, must be the customer's.
void CountCustomer(profile::v1::ProfileService::Stub& stub, const std::string& customer,
                   std::int64_t first, std::int64_t expected, Load::Counted& counted) {
  profile::v1::ListEventsRequest list;
  list.set_parent("customers/" + customer);
  list.set_page_size(1000);
  profile::v1::ListEventsResponse events;
  profile::v1::GetProfileRequest get;
  get.set_name("customers/" + customer + "/profile");
  profile::v1::Profile profile;
  grpc::ClientContext list_context;
  grpc::ClientContext get_context;
  const grpc::Status listed = stub.ListEvents(&list_context, list, &events);
  const grpc::Status got = stub.GetProfile(&get_context, get, &profile);
  if (!listed.ok() || !got.ok()) {
    ++counted.lost;
    counted.explanation += customer + ": " + listed.error_message() + got.error_message() + "; ";
    return;
  }
  std::multiset<std::string> stored;
  for (const auto& event : events.events()) stored.insert(event.event_id());
  for (std::int64_t i = first; i < first + expected; ++i) {
    const auto times = static_cast<std::int64_t>(stored.count("e" + std::to_string(i)));
    counted.lost += times == 0 ? 1 : 0;
    counted.duplicated += std::max<std::int64_t>(times - 1, 0);
  }
  // What a profile is made of must agree with the list.
  std::int64_t purchases = 0;
  for (const auto& total : profile.monetary_totals()) purchases += total.purchase_count();
  if (purchases != expected) {
    counted.explanation += customer + " has " + std::to_string(expected) +
                           " events and a profile of " + std::to_string(purchases) + "; ";
  }
}

}  // namespace

Load::Counted Load::Count(const std::shared_ptr<grpc::Channel>& channel) const {
  Counted counted;
  const auto profiles = profile::v1::ProfileService::NewStub(channel);
  const auto recommends = recommend::v1::RecommendService::NewStub(channel);
  std::int64_t events = 0;
  for (const auto& writer : writers_) {
    for (std::int64_t batch = 0; batch < writer->batches; batch += kBatchesPerCustomer) {
      const std::int64_t batches =
          std::min<std::int64_t>(kBatchesPerCustomer, writer->batches - batch);
      CountCustomer(*profiles, CustomerOf(writer->name, batch), batch * kBatchEvents,
                    batches * kBatchEvents, counted);
    }
    events += writer->batches * kBatchEvents;
  }

  // The follower of the feed: everything once, as soon as it has caught up.
  std::int64_t followed = 0;
  Eventually(seconds(30), [&] {
    followed = Followed(*recommends);
    return followed >= events;
  });
  if (followed < events) counted.lost += events - followed;
  if (followed > events) counted.duplicated += followed - events;
  if (counted.lost + counted.duplicated > 0) {
    counted.explanation += std::to_string(events) + " events acknowledged, recommend-service saw " +
                           std::to_string(followed) + "; lost " + std::to_string(counted.lost) +
                           ", duplicated " + std::to_string(counted.duplicated);
  }
  return counted;
}

}  // namespace clientele::testing
