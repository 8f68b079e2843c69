"""The question that is asked of each pull request that landed."""

from collectors.github.organisation import Query

LANDED_PULL_REQUEST = Query(
    "graphql",
    "LandedPullRequest",
    "checks:read, contents:read, pull_requests:read, statuses:read",
    text="""
query LandedPullRequest(
  $owner: String!, $name: String!, $number: Int!,
  $commits: String, $reviews: String, $events: String
) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      headRefName
      title
      bodyText
      author { __typename login }
      closingIssuesReferences(first: 20) {
        pageInfo { hasNextPage }
        nodes { number repository { nameWithOwner } }
      }
      tip: commits(last: 1) {
        nodes {
          commit {
            oid
            checkSuites(first: 20) {
              pageInfo { hasNextPage }
              nodes {
                checkRuns(first: 100, filterBy: {checkType: ALL}) {
                  pageInfo { hasNextPage }
                  nodes { name status conclusion completedAt }
                }
              }
            }
            status { contexts { context state createdAt } }
          }
        }
      }
      commits(first: 100, after: $commits) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          commit {
            authors(first: 100) {
              pageInfo { hasNextPage }
              nodes { email user { login } }
            }
            committer { email user { login } }
          }
        }
      }
      reviews(first: 100, after: $reviews) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { id state submittedAt author { __typename login } commit { oid } }
      }
      timelineItems(
        first: 100, after: $events,
        itemTypes: [REVIEW_DISMISSED_EVENT, ADDED_TO_MERGE_QUEUE_EVENT]
      ) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on AddedToMergeQueueEvent { createdAt }
          ... on ReviewDismissedEvent { createdAt previousReviewState review { id } }
        }
      }
    }
  }
  rateLimit { cost }
}
""",
    sift=(
        "data.repository.pullRequest.title",
        "data.repository.pullRequest.bodyText",
    ),
)
