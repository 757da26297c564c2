"""HTTP client of the worker protocol. Only outbound calls; the app never connects to a worker."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from loom_gpu.contract.models import (
    BeatAnswer,
    BeatRequest,
    ClaimAnswer,
    ClaimedJob,
    ClaimRequest,
    DoneAnswer,
    DoneRequest,
    EndAnswer,
    FailRequest,
    HelloAnswer,
    HelloRequest,
    Model,
    ReleaseRequest,
)
from loom_gpu.runtime.errors import LeaseLost, Refused, TooOld, Unreachable

BASE = "/api/worker/v1"
#: Bytes per upload request; a larger file goes in parts and may go on after a break.
PART_BYTES = 4 * 1024 * 1024
_UPLOAD_TRIES = 4

M = TypeVar("M", bound=Model)


class Client:
    """One connection to one app. Safe to use from several threads."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {token}"},
            # A long-poll answers within 25 s; everything else is quicker.
            timeout=httpx.Timeout(40.0, connect=10.0),
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def check(self) -> None:
        """Asks whether the app is there and the key is good. Raises Unreachable or Refused."""
        self._send("GET", f"{BASE}/hello")

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Says what this worker is. Raises TooOld when the app wants a newer one."""
        return self._post("/hello", request, HelloAnswer)

    def claim(self, request: ClaimRequest) -> ClaimAnswer:
        """Takes jobs, waiting up to `wait_ms`."""
        return self._post("/claim", request, ClaimAnswer)

    def beat(self, job_id: str, request: BeatRequest) -> BeatAnswer:
        """Reports progress and keeps the lease. Raises LeaseLost."""
        return self._post(f"/jobs/{job_id}/beat", request, BeatAnswer)

    def done(self, job_id: str, request: DoneRequest) -> DoneAnswer:
        """Delivers a result; safe to repeat. Raises LeaseLost."""
        return self._post(f"/jobs/{job_id}/done", request, DoneAnswer)

    def fail(self, job_id: str, request: FailRequest) -> EndAnswer:
        """Ends a try that did not work. Raises LeaseLost."""
        return self._post(f"/jobs/{job_id}/fail", request, EndAnswer)

    def release(self, job_id: str, request: ReleaseRequest) -> EndAnswer:
        """Hands a job back. Raises LeaseLost."""
        return self._post(f"/jobs/{job_id}/release", request, EndAnswer)

    def read_blob(self, job: ClaimedJob, sha256: str) -> bytes:
        """Fetches an input of a held job."""
        url = next((one.url for one in job.inputs if one.sha256 == sha256), None)
        if url is None:
            raise Refused(f"the job does not name the input {sha256[:12]}")
        return self._send("GET", url).content

    def upload(self, job: ClaimedJob, sha256: str, data: bytes) -> None:
        """Uploads an output, going on where an earlier try broke off."""
        url = f"{BASE}/blobs/{sha256}"
        params = {"job": job.job_id, "lease": job.lease_id}
        for attempt in range(_UPLOAD_TRIES):
            try:
                return self._upload_rest(url, params, data)
            except Unreachable:
                if attempt == _UPLOAD_TRIES - 1:
                    raise

    def _upload_rest(self, url: str, params: dict[str, str], data: bytes) -> None:
        head = self._request("HEAD", url, params=params)
        offset = int(head.headers.get("upload-offset", "0")) if head.status_code == 404 else 0
        while True:
            part = data[offset : offset + PART_BYTES]
            headers = {
                "content-type": "application/octet-stream",
                "upload-offset": str(offset),
                "upload-length": str(len(data)),
            }
            answer = self._send("PUT", url, params=params, headers=headers, content=part).json()
            if answer["complete"]:
                return
            offset = int(answer["offset"])

    def _post(self, path: str, request: Model, answer: type[M]) -> M:
        body = request.model_dump(mode="json", by_alias=True)
        return answer.model_validate(self._send("POST", f"{BASE}{path}", json=body).json())

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        response = self._request(method, url, **options)
        if response.is_success:
            return response
        if response.status_code >= 500 or response.status_code == 429:
            raise Unreachable(f"the app answered {response.status_code}")
        message = _problem(response)
        if response.status_code == 409:
            raise LeaseLost(message)
        if response.status_code == 426:
            raise TooOld(message)
        raise Refused(message)

    def _request(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **options)
        except httpx.TransportError as cause:
            raise Unreachable(f"the app does not answer ({type(cause).__name__})") from cause


def _problem(response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        body = {}
    detail = body.get("detail") or body.get("title") if isinstance(body, dict) else None
    return f"{response.status_code}: {detail or 'no reason given'}"
