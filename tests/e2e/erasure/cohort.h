#ifndef CLIENTELE_TESTS_E2E_ERASURE_COHORT_H_
#define CLIENTELE_TESTS_E2E_ERASURE_COHORT_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/e2e/erasure/marks.h"
#include "tests/support/suite.h"

namespace clientele::testing {

// What a method takes of customers.
enum class Takes {
  kCustomerData,  // stores something of a customer: marks are planted through it
  kCustomerName,  // asks about a customer: called so that logs and metrics see it
  kNothing,
};

// Customers of one test, one for each way in which customers are made. Their ids are marks
// too: an id may be a person's address.
struct Cohort {
  Cohort();

  Marks marks;                 // planted where they are stored
  Marks passing;               // in calls that store nothing, or are refused
  std::string created;         // by CreateCustomer; every method plants on this one
  std::string batch_created;   // by BatchCreateCustomers
  std::string imported;        // by `clientele import customers`
  std::string event_imported;  // by `clientele import events --create_customers`

  std::vector<std::string> ids() const {
    return {created, batch_created, imported, event_imported};
  }
};

// Calls every method of every service that takes something of customers, with a mark in each
// field; calls `followed` once the customers are made, which waits until the other services
// know them. Throws std::runtime_error for a method that cohort.cc does not tell about, and,
// unless `refused_is_fine`, where customer data is not taken.
void PlantByCalls(const Suite& suite, Cohort& cohort, const std::function<void()>& followed,
                  bool refused_is_fine = false);

// Imports CSV files with a mark in each column.
void PlantByImports(const Suite& suite, Cohort& cohort);

// Calls that are refused: their values may be kept nowhere. Throws when one is accepted.
void CallWrongly(const Suite& suite, Cohort& cohort);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_ERASURE_COHORT_H_
